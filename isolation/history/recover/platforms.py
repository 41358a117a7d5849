"""The hosts that only sellers use, by platform: the only pages whose visits are ever read.

Where sellers and buyers share a host, `path` narrows it to the sellers' part. Amazon's hosts are those of its page
"Seller Central URLs" (developer-docs.amazon.com/sp-api/docs/seller-central-urls, as tools quote it) and the older ones
of single countries. Of every other platform hosts and paths were seen in public seller tools (2026-11), and the other
countries follow their pattern without having been seen: a host that does not exist is never visited, so such a line
finds nothing. A host that is missing here is not found: `docs/recover.md` says so.
"""

from __future__ import annotations

from typing import NamedTuple


class Area(NamedTuple):
    """A seller area: platform, marketplace ("" where the host does not tell), host, and the path it lies below."""

    platform: str
    marketplace: str
    host: str
    path: str = "/"


def _areas(platform: str, hosts: str, path: str = "/") -> tuple[Area, ...]:
    """Areas of `MARKETPLACE=HOST` words; a word without `=` is a host of no single marketplace."""
    pairs = (word.rpartition("=") for word in hosts.split())
    return tuple(Area(platform, marketplace, host, path) for marketplace, _, host in pairs)


_EBAY = (
    "US=www.ebay.com UK=www.ebay.co.uk DE=www.ebay.de FR=www.ebay.fr IT=www.ebay.it ES=www.ebay.es CA=www.ebay.ca "
    "AU=www.ebay.com.au AT=www.ebay.at CH=www.ebay.ch IE=www.ebay.ie NL=www.ebay.nl BE=www.ebay.be PL=www.ebay.pl "
    "HK=www.ebay.com.hk SG=www.ebay.com.sg"
)

AREAS: tuple[Area, ...] = (
    *_areas(
        "amazon",
        "US=sellercentral.amazon.com CA=sellercentral.amazon.ca MX=sellercentral.amazon.com.mx "
        "BR=sellercentral.amazon.com.br EU=sellercentral-europe.amazon.com UK=sellercentral.amazon.co.uk "
        "DE=sellercentral.amazon.de FR=sellercentral.amazon.fr IT=sellercentral.amazon.it ES=sellercentral.amazon.es "
        "IE=sellercentral.amazon.ie NL=sellercentral.amazon.nl BE=sellercentral.amazon.com.be "
        "SE=sellercentral.amazon.se PL=sellercentral.amazon.pl TR=sellercentral.amazon.com.tr "
        "ZA=sellercentral.amazon.co.za AE=sellercentral.amazon.ae SA=sellercentral.amazon.sa "
        "EG=sellercentral.amazon.eg IN=sellercentral.amazon.in SG=sellercentral.amazon.sg "
        "AU=sellercentral.amazon.com.au JP=sellercentral.amazon.co.jp JP=sellercentral-japan.amazon.com "
        "CN=sellercentral.amazon.cn",
    ),
    *_areas("walmart", "US=seller.walmart.com CA=seller.walmart.ca MX=seller.walmart.com.mx CL=seller.walmart.cl"),
    *_areas("ebay", _EBAY, "/sh/"),
    *_areas("ebay", _EBAY, "/sl/"),
    *_areas("ebay", _EBAY, "/lstng"),
    *_areas("etsy", "www.etsy.com", "/your/shops/"),
    *_areas(
        "shopee",
        "SG=seller.shopee.sg MY=seller.shopee.com.my TH=seller.shopee.co.th ID=seller.shopee.co.id "
        "VN=seller.shopee.vn VN=banhang.shopee.vn PH=seller.shopee.ph TW=seller.shopee.tw BR=seller.shopee.com.br "
        "MX=seller.shopee.com.mx CO=seller.shopee.com.co CL=seller.shopee.cl seller.shopee.cn SG=seller.sg.shopee.cn "
        "MY=seller.my.shopee.cn TH=seller.th.shopee.cn ID=seller.id.shopee.cn VN=seller.vn.shopee.cn "
        "PH=seller.ph.shopee.cn TW=seller.xiapi.shopee.cn BR=seller.br.shopee.cn MX=seller.mx.shopee.cn",
    ),
    *_areas(
        "lazada",
        "SG=sellercenter.lazada.sg MY=sellercenter.lazada.com.my TH=sellercenter.lazada.co.th "
        "ID=sellercenter.lazada.co.id VN=sellercenter.lazada.vn PH=sellercenter.lazada.com.ph "
        "gsp.lazada.com SG=sellercenter-sg.lazada-seller.cn MY=sellercenter-my.lazada-seller.cn "
        "TH=sellercenter-th.lazada-seller.cn ID=sellercenter-id.lazada-seller.cn VN=sellercenter-vn.lazada-seller.cn "
        "PH=sellercenter-ph.lazada-seller.cn",
    ),
    *_areas(
        "tiktok",
        "US=seller-us.tiktok.com UK=seller-uk.tiktok.com ID=seller-id.tiktok.com MY=seller-my.tiktok.com "
        "PH=seller-ph.tiktok.com SG=seller-sg.tiktok.com TH=seller-th.tiktok.com VN=seller-vn.tiktok.com "
        "MX=seller-mx.tiktok.com ES=seller-es.tiktok.com IE=seller-ie.tiktok.com DE=seller-de.tiktok.com "
        "FR=seller-fr.tiktok.com IT=seller-it.tiktok.com BR=seller-br.tiktok.com JP=seller-jp.tiktok.com "
        "seller.tiktok.com seller.tiktokglobalshop.com seller.tiktokshopglobalselling.com "
        "US=seller.us.tiktokglobalshop.com EU=seller.eu.tiktokglobalshop.com US=seller.us.tiktokshopglobalselling.com",
    ),
    *_areas("aliexpress", "csp.aliexpress.com gsp.aliexpress.com sellercenter.aliexpress.com RU=seller.aliexpress.ru"),
    *_areas(
        "temu",
        "seller.temu.com US=seller-us.temu.com EU=seller-eu.temu.com agentseller.temu.com "
        "US=agentseller-us.temu.com EU=agentseller-eu.temu.com seller.kuajingmaihuo.com",
    ),
    *_areas("shein", "sso.geiwohuo.com seller.shein.com sellerhub.shein.com US=us-seller.shein.com"),
)

# Named in every report, so that nobody takes what is missing for what did not happen.
PLATFORMS: tuple[str, ...] = tuple(dict.fromkeys(area.platform for area in AREAS))

MARKETPLACE_OF = {area.host: area.marketplace for area in AREAS}


def ranges(area: Area) -> list[tuple[str, str]]:
    """The ranges of URLs (from, up to and without) that lie in an area, by http or https, with or without a port.

    A URL with a port cannot be narrowed by its path within a range, so there only whole hosts are taken.
    """
    found = []
    for scheme in ("https", "http"):
        start = f"{scheme}://{area.host}{area.path}"
        found.append((start, _after(start)))
        if area.path == "/":
            found.append((f"{scheme}://{area.host}:", f"{scheme}://{area.host};"))
    return found


def _after(prefix: str) -> str:
    """The first text that sorts behind everything with this prefix."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


__all__ = ["AREAS", "MARKETPLACE_OF", "PLATFORMS", "Area", "ranges"]
