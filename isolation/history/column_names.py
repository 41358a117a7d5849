"""What the columns of logs are called, by the field that they carry: in English and in Chinese.

Of several names of a field the first is the likeliest. They are compared without case, spaces and signs.
"""

from __future__ import annotations

import unicodedata

NAMES: dict[str, tuple[str, ...]] = {
    "account": (
        "account", "account name", "seller account", "store", "store name", "shop", "shop name", "seller",
        "seller id", "merchant", "merchant id", "account id", "店铺", "店铺名称", "店铺名", "店铺账号", "网店",
        "卖家账号", "卖家", "账号", "帐号", "账户", "帐户", "账号名称", "店鋪", "賣家", "帳號", "帳戶", "賬號",
        "login name", "login", "登录账号", "登录名", "user name", "user", "user id", "email", "用户名", "用户",
        "邮箱", "使用者",
    ),
    "time": (
        "time", "login time", "logged in at", "login at", "login date", "sign in time", "timestamp", "date time",
        "begin", "start", "start time", "event time", "created at", "created", "when", "date", "登录时间",
        "登陆时间", "登入時間", "上线时间", "开始时间", "时间", "時間", "访问时间", "操作时间", "创建时间",
        "登录日期", "日期时间", "日期",
    ),
    "end": (
        "end", "end time", "logout time", "logged out at", "logout", "sign out time", "结束时间", "退出时间",
        "登出时间", "下线时间", "登出時間",
    ),
    "public_ip": (
        "public ip", "public ip address", "ip", "ip address", "login ip", "client ip", "remote ip", "source ip",
        "src ip", "wan ip", "external ip", "remote addr", "remote address", "公网ip", "公网ip地址", "外网ip",
        "出口ip", "ip地址", "登录ip", "登陆ip", "来源ip", "客户端ip", "公网地址", "外網ip", "ip位址",
    ),
    "local_ip": (
        "local ip", "private ip", "lan ip", "internal ip", "内网ip", "局域网ip", "本地ip", "本机ip", "内网ip地址",
        "內網ip",
    ),
    "device_id": (
        "device id", "machine id", "machine guid", "host id", "computer id", "hardware id", "device", "uuid",
        "设备id", "设备号", "设备编号", "设备码", "机器码", "设备", "硬件id", "設備",
    ),
    "gateway_mac": (
        "gateway mac", "router mac", "gateway mac address", "网关mac", "网关mac地址", "路由器mac", "路由器mac地址",
    ),
    "bssid": (
        "bssid", "ap mac", "access point", "access point mac", "热点mac", "接入点mac", "无线mac", "wifi mac",
    ),
    "hardware_mac": (
        "hardware mac", "mac", "mac address", "physical address", "hw address", "ethernet address", "mac地址",
        "网卡mac", "网卡地址", "物理地址", "网卡物理地址", "本机mac", "mac位址",
    ),
    "ssid": (
        "ssid", "wifi", "wifi name", "wlan", "network name", "wireless network", "wifi名称", "wifi名", "无线名称",
        "无线网络名称", "无线网络", "热点名称", "wifi名稱",
    ),
    "operator": (
        "operator", "staff", "employee", "agent", "member", "operated by", "used by", "user", "user name", "操作员",
        "操作人", "操作者", "员工", "员工姓名", "使用人", "运营人员", "运营", "经办人", "负责人", "操作員", "員工",
    ),
    "channel": (
        "channel", "login type", "login method", "渠道", "登录方式", "登录渠道", "方式",
    ),
    "success": (
        "success", "succeeded", "result", "login result", "status", "login status", "outcome", "结果", "登录结果",
        "是否成功", "状态", "登录状态",
    ),
    "record": (
        "record", "record id", "event id", "log id", "request id", "row id", "id", "记录编号", "记录号", "日志id",
        "日志编号", "流水号", "序号", "编号",
    ),
}  # fmt: skip


def rank(field: str, column: str) -> int:
    """How early a column's name stands among those of a field, from 0; -1 where it is none of them."""
    return _RANKS[field].get(plain(column), -1)


def plain(name: str) -> str:
    """A name without case, width, spaces and signs."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


_RANKS = {field: {plain(name): at for at, name in reversed([*enumerate(names)])} for field, names in NAMES.items()}

__all__ = ["NAMES", "plain", "rank"]
