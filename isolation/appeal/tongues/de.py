"""German, as amazon.de and other shops write their notices."""

from __future__ import annotations

from isolation.appeal.tongues.tongue import Tongue

_ACCOUNT = r"(?:Amazon-?|Verkäufer-?|Verkaufs-?|Händler-?|Seller-?)?(?:konto|konten|account|accounts|shop|shops)"
_CUSTOMER = r"(?:Kunden?|Kundinnen|Käufer\w*|Verbraucher\w*|Besteller\w*)"
_FAULT = (
    r"(?:schuld\w*|verschulden\w*|lüg\w+|gelogen|unehrlich\w*|böswillig\w*|missbrauch\w*|unberechtigt\w*|ungerechtfertigt\w*|"
    r"betrüg\w+|betrog\w+|betrug\w*|erpress\w+|falsch\w* (?:behaupt\w+|bedien\w+)|nicht (?:gelesen|verstanden|beachtet)|unvernünftig\w*)"
)
_WHAT = r"(?:IPs?|IP-Adressen?|MAC(?:-Adressen?)?|Geräte?|Computer|Rechner|Laptops?|Handys?|WLAN|Netzwerke?|Browser|Internetanschl\w+)"

_PAPERS = r"(?:Dokument\w*|Unterlagen|Rechnung\w*|Nachweis\w*)"

TONGUE = Tongue(
    "de",
    reasons={
        "suspicious-behaviour": (
            r"(?:verdächtige|ungewöhnliche|auffällige)[nrs]? (?:Verhalten\w*|Aktivität\w*|Konto-?aktivität\w*|Anmelde\w*|Zugriff\w*|Verkaufsaktivität\w*)",
            r"(?:betrügerische|irreführende|rechtswidrige|illegale)[nrs]?(?:,? (?:oder |und )?\w+e[nrs]?)* (?:Aktivität\w*|Handlung\w*|Verhalten\w*|Verhaltensweise\w*)",
            r"unbefugte[nrs]? (?:Zugriff\w*|Zugang|Dritte\w*)",
        ),
        "related-accounts": (
            rf"(?:mit|zu) (?:einem|einem anderen|anderen|weiteren|mehreren|dem)~{_ACCOUNT}~(?:verknüpft|verbunden|in Verbindung|in Zusammenhang|zusammenhängt|assoziiert|verlinkt)",
            rf"(?:verknüpft|verbunden|in Verbindung|in Zusammenhang|im Zusammenhang)(?: steht)? (?:ist )?mit (?:einem|anderen|weiteren|mehreren)~{_ACCOUNT}",
            rf"(?:verknüpfte|verbundene|zusammenhängende|zugehörige|doppelte)[nrs]? {_ACCOUNT}",
            rf"(?:ein|über ein|das) (?:separates|zweites|weiteres|anderes)~{_ACCOUNT}",
            rf"(?:mehrere|weitere|mehr als ein|zwei) {_ACCOUNT}",
            r"(?:Verknüpfung|Verbindung) (?:mit|zu) (?:einem|anderen|weiteren)~(?:konto|konten|account\w*)",
            r"(?:dasselbe|demselben|gleichen?|gleiche) (?:Gerät|Computer|Rechner|Netzwerk|IP-Adresse|WLAN)|derselben IP-Adresse",
        ),
        "account-information": (
            r"(?:nicht|konnten wir) ~(?:Angaben|Informationen|Identität|Dokumente?|Unternehmen|Adresse|Bankkonto|Daten|Unterlagen)~(?:überprüfen|verifizieren|bestätigen|prüfen|validieren)",
            r"(?:Angaben|Informationen|Identität|Dokumente?|Adresse|Daten|Unterlagen)~nicht ~(?:überprüf\w+|verifizier\w+|bestätig\w+|validier\w+|überein\w*)",
            r"(?:falsche|unvollständige|ungültige|veraltete|fehlerhafte|unrichtige|widersprüchliche)[nrs]? (?:Kontoinformation\w*|Angaben|Information\w*|Dokument\w*|Daten|Unterlagen|Unternehmensdaten)",
            r"(?:Angaben|Informationen|Dokumente?|Daten|Unterlagen)~(?:sind|ist|waren|war)~(?:falsch|unvollständig|ungültig|abgelaufen|unleserlich|veraltet|nicht korrekt|fehlerhaft)",
            r"stimm(?:t|en)~nicht (?:mit|überein)",
            r"(?:benötigen|brauchen)~(?:Dokumente?|Unterlagen|Informationen|Angaben|Nachweise?)~(?:um|zur)~(?:Identität|Angaben|Informationen|Unternehmen\w*|Konto\w*|Adresse)",
            r"nicht (?:die|alle)~(?:Dokumente|Unterlagen|Nachweise)~(?:eingereicht|vorgelegt|übermittelt)",
        ),
        "poor-performance": (
            r"Rate (?:an|der|von) (?:Bestell\w*mängeln|mangelhaften Bestellungen|Bestellmängeln)|(?:Bestell)?mängelrate|Fehlerquote bei Bestellungen",
            r"Rate (?:an|der|von) (?:verspäteten|zu spät)~(?:Lieferungen|Versand\w*|Sendungen)|Rate verspäteter (?:Lieferungen|Sendungen)|Verspätungsrate|Versandverspätungsrate",
            r"(?:Storno|Stornierungs)(?:rate|quote)|Rate (?:an|der|von) Stornierungen|Rate~Stornierungen vor (?:Versand|Erfüllung)",
            r"Rate gültiger (?:Trackingnummern|Sendungs\w+|Sendungsverfolgung\w*)",
            r"(?:Leistungsziel\w*|Leistungskennzahl\w*|Leistungsstandards?|Leistungsanforderung\w*|Verkäuferleistung)~nicht ~(?:erfüll\w+|erreich\w+|entsprich\w*|entsprech\w*)",
            r"nicht~(?:Leistungsziel\w*|Leistungsstandard\w*|Leistungsanforderung\w*|Leistungskriterien)",
            r"(?:schlechte|mangelhafte|unzureichende)[nrs]? (?:Verkäufer)?leistung",
        ),
        "counterfeit": (
            r"(?:Produkt|Marken)?fälschung(?:en)?|gefälschte[nrs]?(?! (?:Dokument|Unterlage|Rechnung|Nachweis|Bewertung|Rezension))|Plagiat(?:e|en|s)?|Nachahmung(?:en)?",
            r"nicht (?:authentisch\w*|echt)|unechte[nrs]?|nicht authentische[nrs]?|Authentizität",
            r"Echtheit (?:der|des|Ihrer|von)~(?:Produkt\w*|Artikel\w*|Ware\w*)",
        ),
        "product-safety": (
            r"Produktsicherheit\w*|Sicherheits(?:problem\w*|bedenken|mängel\w*|vorfall\w*|vorfälle\w*|risik\w+|beschwerde\w*)",
            r"unsichere[nrs]? (?:Produkt\w*|Artikel\w*)|nicht sicher",
            r"(?:Qualitäts|Zustands)(?:problem\w*|mängel\w*|beschwerde\w*)|Beschwerden~(?:Qualität|Zustand)~(?:Artikel|Produkt|Ware)\w*",
            r"nicht (?:der|wie) (?:in der )?(?:Beschreibung|beschrieben)|nicht wie beschrieben|gebraucht als neu verkauft|als neu verkaufte gebrauchte",
            r"(?:Produkt)?rückruf(?:e|en|s|aktion\w*)?",
        ),
        "other-breach": (
            r"(?:verbotene|eingeschränkte|unzulässige|nicht zugelassene|untersagte|beschränkte)[nrs]? (?:Produkt\w*|Artikel\w*|Waren|Angebote?)",
            r"(?:darf|dürfen) nicht~(?:verkauft|angeboten) werden",
            r"(?:Manipulation|Missbrauch|manipulier\w+|missbräuchlich\w*|gefälschte\w*|gekaufte\w*)~(?:Bewertung\w*|Rezension\w*|Kundenrezension\w*)|(?:Bewertung|Rezension)s(?:manipulation|missbrauch)",
            r"(?:Missbrauch|missbrauch\w*|missbräuchlich\w*|unsachgemäß\w*|doppelte\w*)~(?:Produktdetailseite\w*|Detailseite\w*|Angebot\w*|Variante\w*|Variation\w*|Katalog\w*)",
            r"geistige[ns]? Eigentum\w*|(?:Marken|Urheber|Patent)rechts?(?:verletzung\w*|verstoß\w*|verstöße\w*)|Verletzung (?:von|der|des)~(?:Marken|Urheberrecht\w*|Patent\w*)",
            r"Verhaltenskodex~(?:verletzt|verstoßen|missbrauch\w*)|Drop-?shipping-Richtlinie\w*",
            rf"(?:gefälschte|manipulierte|veränderte)[nrs]? {_PAPERS}",
            rf"{_PAPERS}~(?:gefälscht|manipuliert|verändert)",
        ),
    },
    own_words="der die das und nicht ist ihr ihre ihrem ihren wurde wurden für mit sie wir haben oder auf dem den ein eine einem einen werden von zu",
    stores=(
        rf"(?i:separates|anderes|anderen|weiteres|zweites|verknüpften?s?|verbundenen?s?) (?i:{_ACCOUNT})(?i: namens| mit dem Namen|,|:)? {{name}}",
        rf"(?i:mit dem|zum|des) (?i:{_ACCOUNT}s?) {{name}}",
        r"(?i:Name des (?:Kontos|Shops)|Kontoname|Shopname|Anzeigename|Verkäufername)\s?[:：] ?{name}",
    ),
    conditions=(r"(?:wenn|falls|sofern|sollten?|für den Fall)",),
    cases=(r"(?:Fall|Fallnummer|Fall-?ID|Ticket|Vorgang(?:snummer)?|Aktenzeichen|Beschwerde(?:nummer|-?ID)|Referenz(?:nummer)?)",),
    sections={
        "root-cause": (r"(?:Haupt|Grund|eigentliche |zugrunde ?liegende )?Ursachen?(?:analyse)?|Grund(?: des Problems)?",),
        "corrective": (r"Abhilfe\w*|Korrektur\w*|korrigier\w+|(?:ergriffene|getroffene|bereits)\w* (?:\w+ )?(?:Maßnahmen|Schritte)|Behebung|Sofortmaßnahmen",),
        "preventive": (r"vorbeug\w+|Prävention\w*|präventiv\w*|künftig\w*|zukünftig\w*|Zukunft|Verhinderung|Vermeidung",),
        "commitment": (r"Verpflichtung\w*|verpflicht\w+|Zusage\w*|Zusicherung\w*|Versprechen",),
        "coverage": (r"Worauf diese Angaben beruhen|Grundlage\w*",),
    },
    blame=(
        rf"{_CUSTOMER}\b[^.!?\n]{{0,60}}?\b{_FAULT}", rf"{_FAULT}\b[^.!?\n]{{0,30}}?\b{_CUSTOMER}",
    ),
    absolutes=(
        r"(?:nie|niemals|noch nie|nur|lediglich|ausschließlich|immer|stets|niemand|keinerlei|zu keiner Zeit|zu keinem Zeitpunkt|kein einziges Mal|100 ?%|hundertprozentig)",
    ),
    promises=(r"(?:werden|wird|werde|sollen|künftig|von jetzt an|ab sofort)(?: \w+){0,3} $",),
    hiding=(
        r"(?:VPN\w*|Proxy\w*|Proxies|VPS|Anti-?detect\w*|Fingerprint-?Browser)",
        rf"(?:(?:andere|neue|eigene|separate|getrennte|unterschiedliche)[nrs]? {_WHAT}|{_WHAT}~(?:gewechselt|wechseln|geändert|ändern|verborgen|verbergen|verschleier\w+|ausgetauscht|ersetzt))",
    ),
    uses=(r"(?:ein ?geloggt|ange?meldet|anmeldung\w*|anmelden|genutzt|nutzung\w*|nutzen|verwendet|benutzt|zugegriffen|zugriff\w*|sitzung\w*|login\w*)",),
    attached=(r"(?:Anlage\w*|Anhang|angehängt\w*|beigefügt\w*|beiliegend\w*|Belege? (?:Nr\. )?\d+)",),
    confirm="von Ihnen zu bestätigen", entry="Eintrag", finding="Befund", document="Dokument", day_first=True,
)  # fmt: skip

__all__ = ["TONGUE"]
