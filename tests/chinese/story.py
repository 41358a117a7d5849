"""A Chinese seller at the command line, from the first setup to a restored backup; errors too.

Each line is one command, as `shlex` reads it. `{work}` is a folder for files, `{-3}` the day three days ago, and `{zh}`
asks for papers in Chinese.
"""

from __future__ import annotations

BEFORE = """
--help
status
check amazon:店铺一
audit
verify
probe
init
"""

POLICY = """
status
audit
audit --account amazon:店铺一
audit --account 无此账号
plan
check amazon:店铺一
check amazon:新店
begin amazon:店铺一
begin amazon:店铺一 --force 客户在等
end
end
begin amazon:新店 --allow-unknown --operator 李 --channel api
end 999999
end 是
account amazon:店铺一 --platform amazon --owner 我 --alias 老店名 --machine 笔记本 --network 家
account amazon:店铺1
account
group 我们的品牌 amazon:店铺一 amazon:店铺二 --kind same-owner --evidence {work}/执照.pdf
group 家 amazon:店铺一 ebay:三号 --kind household --until {30}
group 家 amazon:店铺一 --evidence {work}/没有.pdf
group
permit 李 amazon:店铺一 --role 客服 --own-user
permit 王 amazon:店铺一 --client-credential --until {20}
permit 王 amazon:店铺一 --until {10}
permit 赵
permit 赵 amazon:店铺一 --until 明天
name machine 这台电脑
name network 这里 --site
name
standing amazon:旧店 deactivated --from {-40}
standing amazon:店铺二 at_risk --from {-4}
standing amazon:旧店
waive 共用 --account amazon:店铺一 --account ebay:三号 --rule shared-gateway --owner 我 --reason 夫妻 --until {90}
waive 过期的 --account amazon:店铺一 --owner 我 --reason 旧 --until {-20}
waive x
declare amazon:店铺二 --time {-3}T10:00:00+08:00 --machine 笔记本 --network 家 --evidence {work}/执照.pdf
declare amazon:店铺二 --time {-3}T10:00
declare amazon:店铺二 --time 昨天
declare amazon:店铺二 --time {9}T10:00:00Z
declare amazon:店铺二 --time {-3}T10:00:00Z --machine 没有的
"""

MAPPED = "--map account=店铺账号 --map time=登录时间 --map public_ip=IP地址 --map success=结果"
IMPORTS = f"""
import --list
import {{work}}/登录日志.csv --dry-run
import {{work}}/登录日志.csv {MAPPED} --dry-run
import {{work}}/登录日志.csv {MAPPED} --tz Asia/Shanghai --dry-run
import {{work}}/登录日志.csv {MAPPED} --tz Asia/Shanghai --site 办公室 --rejects {{work}}/拒收.csv
import {{work}}/登录日志.csv {MAPPED} --tz 火星
import {{work}}/登录日志.csv {MAPPED} --encoding 火星
import {{work}}/登录日志.csv --map account=没有的列 --map time=登录时间 --tz Asia/Shanghai
import {{work}}/登录日志.csv --as klingon
import {{work}}/没有.csv
import {{work}}/执照.pdf
import {{work}}
import
import {{logs}} --tz UTC --dry-run
import {{logs}}/okta-array.json
import {{logs}}/okta-array.json --user-as account
recover
recover --dry-run --account chrome/Default/amazon=amazon:店铺一
recover --account chrome/Default/amazon=amazon:店铺一
recover --account x=y
recover --from {{work}}/登录日志.csv
"""

REPORTS = """
status
check amazon:店铺一 --operator 李
check amazon:旧店
begin ebay:三号 --operator 陌生人
audit
audit --since {-50} --until {-10}
audit --as-of {-1}T00:00:00Z
audit --account amazon:旧店
plan
plan amazon:旧店
rules
rules shared-gateway
rules deactivated-contact
rules 没有
report -o {work}/报告.html --zone Asia/Shanghai
report -o {work}/报告.md
report -o {work}/报告.txt
report -o {work}/一个.md --account amazon:店铺一 --notice-date {-5}
report -o {work}/一个.html --account amazon:店铺一 --disclose amazon:店铺二
report -o {work}/一个.html --account 没有的
timeline -o {work}/时间.svg
graph -o {work}/图.svg --cluster 99
graph -o {work}/图.gif
appeal amazon:店铺一 --notice {notices}/amazon-related-zh.txt -o {work}/申诉 {zh}
appeal amazon:店铺一 --notice {work}/通知.txt -o {work}/申诉二 {zh} --associated amazon:旧店 --case mine --access 李
appeal amazon:店铺一 --notice {work}/通知.txt -o {work}/申诉三 {zh} --associated amazon:旧店 --case unknown
appeal amazon:店铺一 --notice {notices}/information-zh.txt -o {work}/申诉四 {zh}
appeal amazon:店铺一
appeal amazon:店铺一 --notice {work}/没有 -o {work}/申诉五
appeal --lint {work}/草稿.txt
appeal amazon:店铺一 --lint {work}/草稿.txt
"""

KEEPING = """
export -o {work}/包.json --account amazon:店铺一
export -o {work}/检查点 --checkpoint
export -o {work}/全部.jsonl --all
export -o {work}/李.json --operator 李
export -o {work}/x
verify
verify {work}/包.json
verify {work}/一个.html
verify {work}/登录日志.csv
verify --checkpoint {work}/检查点
backup -o {work}/备份 --keys {work}/密钥
backup -o {work}/备份
anchor
anchor --tsa http://127.0.0.1:9
erase --account amazon:店铺四 --dry-run
erase --account amazon:店铺四
erase --account amazon:店铺四 --yes --reason 本人要求
erase --operator 没有
erase --older-than x
erase --entry 3 --yes
erase --sweep
erase
verify
rotate-keys --reason 丢了电脑
rotate-keys --destroy-old-keys
restore {work}/备份
restore {work}/备份 --accept-rollback 误删
restore {work}/登录日志.csv
status
init --this-machine --reason 重装
init --new-origin
--ledger {work}/坏.sqlite3 status
--ledger {work}/坏.sqlite3 verify
--ledger {work} audit
"""

MISUSES = """
没有的命令
check
check a b
check ''
check --无 a
begin a --channel x
--format x
anchor --help
appeal --help
import --help
standing --help
"""

# Policies that are none, each with what is left of it to say.
POLICIES = ("[policy]\nblock_at = 1\n", "[policy]\nkolor = 1\n", "[[[", "[accounts.x]\nplatform = 3\n", "a = ")

# Answers to the questions of setup, and a few that are none.
SETUP = "amazon:店铺一\n\n我\nx\ngood\n昨天\n\nall\n不知道\n24\n"
