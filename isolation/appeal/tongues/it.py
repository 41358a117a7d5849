"""Italian, as amazon.it and other shops write their notices."""

from __future__ import annotations

from isolation.appeal.tongues.tongue import Tongue

_ACCOUNT = r"(?:account|conti?|negoz(?:io|i)|profil(?:o|i))(?: (?:venditor[ei]|di vendita|amazon|seller))*"
_CUSTOMER = r"(?:client[ei]|acquirent[ei]|consumator[ei]|compratori)"
_FAULT = (
    r"(?:colp\w+|ment(?:ono|ito|ire)|bugiard\w+|disonest\w+|in malafede|malafede|abus\w+|ingiustificat\w+|irragionevol\w+|"
    r"truff\w+|frod\w+|fraudolent\w+|ricatt\w+|non (?:ha|hanno) (?:letto|capito|rispettato)|a torto|negligen\w+)"
)
_WHAT = r"(?:IP|indirizz[oi] (?:IP|MAC)|MAC|dispositiv[oi]|computer|telefon[oi]|wi-?fi|ret[ei]|browser|connession[ei])"

TONGUE = Tongue(
    "it",
    reasons={
        "suspicious-behaviour": (
            r"(?:attività|comportament[oi]|access[oi]|transazion[ei]|operazion[ei]) (?:\w+ )?(?:sospett[aoei]|insolit[aoei]|anomal[aoei]|fraudolent[aoei]|ingannevol[ei]|illegal[ei]|illecit[aoei])",
            r"access[oi] non autorizzat[oi]",
        ),
        "related-accounts": (
            rf"(?:collegat|associat|correlat|conness)[aoei] (?:a|ad|con|all['’]) ?(?:un|altri|più|diversi|l['’])~{_ACCOUNT}",
            rf"{_ACCOUNT} (?:collegat|associat|correlat|conness|duplicat|multipl)[aoei]",
            rf"(?:un|un['’]|altri|un secondo|più|diversi|molteplici)(?: )?(?:altro|altri|secondo|diversi)? ?{_ACCOUNT} (?:separat|distint|ulterior|divers)[aoei]|(?:un altro|altri|un secondo|più di un|molteplici|più) {_ACCOUNT}",
            r"(?:lo|dello|allo) stesso (?:dispositivo|computer|indirizzo (?:ip|mac))|(?:la|della|alla) stessa rete",
        ),
        "account-information": (
            r"(?:non|impossibile|impossibilitati)~(?:verificare|confermare|convalidare)~(?:informazioni|identità|document[oi]|indirizzo|azienda|attività|dati|conto bancario)",
            r"(?:informazioni|document[oi]|dati)~(?:sono|è|erano|risultano|risulta)~(?:errat[aoei]|incomplet[aoei]|inesatt[aoei]|non valid[aoei]|scadut[aoei]|illeggibil[ei]|non corrett[aoei])",
            r"(?:informazioni|document[oi]|dati) (?:dell['’]account )?(?:errat[aoei]|incomplet[aoei]|inesatt[aoei]|non valid[aoei]|scadut[aoei]|non corrett[aoei])",
            r"non corrispond(?:e|ono) (?:a|ai|alle|con|al|alla)",
            r"(?:abbiamo bisogno|necessitiamo|sono necessar\w+)~(?:document\w+|informazioni)~per (?:verificare|confermare|convalidare)",
        ),
        "poor-performance": (
            r"(?:percentuale|tasso|indice) (?:di|degli) (?:ordini difettosi|difettosità|difetti (?:degli ordini|sugli ordini))",
            r"(?:percentuale|tasso) (?:di|delle) (?:spedizion[ei]|consegn[ae]) (?:in ritardo|tardiv[ei]|puntual[ei])|percentuale di ritard[oi]",
            r"(?:percentuale|tasso) (?:di|degli|delle) (?:cancellazion[ei]|annullament[oi]|ordini annullati)",
            r"(?:percentuale|tasso) di (?:tracciamento valido|numeri di tracking validi|tracking valid[oi])",
            r"non (?:soddisf\w+|raggiung\w+|rispett\w+|è conforme)~(?:obiettiv[oi]|standard|requisiti|parametri) (?:di|sulle) (?:prestazion[ei]|performance|rendimento)",
            r"(?:scars[ae]|insufficient[ei]|bass[ae]) (?:prestazion[ei]|performance)|prestazion[ei] (?:insufficient[ei]|scars[ae]|inadeguat[ae])",
        ),
        "counterfeit": (
            r"contraffa(?:tt[aoei]|zion[ei])",
            r"(?:non|in) ?(?:autentic[aoihe]+|original[ei])|autenticità",
            r"(?:prodott[oi]|articol[oi]) fals[oi]",
        ),
        "product-safety": (
            r"sicurezza (?:dei|del|di|degli) (?:prodott[oi]|articol[oi]|consumator[ei]|client[ei])|(?:problem[ai]|reclam[oi]|segnalazion[ei]|incident[ei]|rischi[o]?) (?:di|relativ[aoei] alla|sulla) sicurezza",
            r"(?:prodott[oi]|articol[oi]) (?:pericolos[oi]|non sicur[oi])",
            r"(?:problem[ai]|reclam[oi])~(?:qualità|condizion[ei]) (?:dei|del|degli|di)~(?:prodott[oi]|articol[oi])|problem[ai] di qualità",
            r"non conform[ei] alla descrizione|usat[oi] vendut[oi] com[e] nuov[oi]|vendut[oi] come nuov[oi]",
            r"richiam[oi] (?:di|del|dei) prodott[oi]|ritiro del prodotto",
        ),
        "other-breach": (
            r"(?:prodott[oi]|articol[oi]|offert[ae]) (?:vietat[aoei]|proibit[aoei]|soggett[aoei] a (?:restrizioni|limitazioni)|non consentit[aoei]|limitat[aoei])",
            r"(?:manipol\w+|abus\w+|fals[ei]|incentiv\w+|acquist\w+)~(?:recension[ei]|valutazion[ei]|feedback)",
            r"(?:uso improprio|utilizzo improprio|abus\w+|duplicat[aoei])~(?:pagin[ae] (?:di )?(?:dettaglio|prodotto)|catalogo|variant[ei]|variazion[ei]|offert[ae])",
            r"proprietà intellettuale|violazion[ei]~(?:marchi[o]?|diritt[oi] d['’]autore|copyright|brevett[oi])",
            r"codice di condotta~(?:viol\w+|abus\w+)|politica~(?:dropshipping|drop shipping)",
            r"(?:document[oi]|fattur[ae])~(?:falsificat|alterat|manipolat|modificat)[aoei]|(?:fals[ei]) (?:document[oi]|fattur[ae])",
        ),
    },
    own_words="il gli che della del dei delle nel nella sono è stato stata per con non di tuo tua suo sua più questo questa anche dell",
    stores=(
        rf"(?i:altro|separato|collegato|associato|secondo|correlato) (?i:{_ACCOUNT})(?i: denominato| chiamato|,|:)? {{name}}",
        rf"(?i:{_ACCOUNT}) (?i:separato|distinto|collegato|associato|correlato)(?i: denominato| chiamato|,|:)? {{name}}",
        rf"(?i:collegato|associato|correlato) (?i:all['’]|al) ?(?i:{_ACCOUNT}) {{name}}",
        r"(?i:nome (?:dell['’]account|del negozio|visualizzato|commerciale))\s?[:：] ?{name}",
    ),
    conditions=(r"(?:se|qualora|nel caso|in caso)",),
    cases=(r"(?:caso|pratica|ticket|riferimento|numero (?:del )?(?:caso|reclamo|pratica)|ID (?:del )?(?:caso|reclamo)|reclamo)(?: n\.| numero| ID)?",),
    sections={
        "root-cause": (r"caus[ae] (?:principal[ei]|alla radice|di fondo|scatenant[ei]|del problema|radice)|caus[ae]|origine del problema",),
        "corrective": (r"corretti\w+|azioni (?:già )?intraprese|(?:misure|azioni) (?:già )?(?:adottate|svolte)|rimedi\w*",),
        "preventive": (r"preven\w+|futur\w+|in avvenire",),
        "commitment": (r"impegn\w+|promess\w+|garanzi\w+",),
        "coverage": (r"su che cosa si basa questo documento|fondament\w+",),
    },
    blame=(
        rf"{_CUSTOMER}\b[^.!?\n]{{0,60}}?\b{_FAULT}", rf"{_FAULT}\b[^.!?\n]{{0,30}}?\b{_CUSTOMER}",
    ),
    absolutes=(
        r"(?:mai|solo|soltanto|solamente|unicamente|esclusivamente|sempre|nessun (?:altro|collegamento|legame)|nessuno|in nessun (?:caso|momento)|100 ?%)",
    ),
    promises=(r"(?:verrà|verranno|sarà|saranno|saremo|d['’]ora in (?:avanti|poi)|in futuro)(?: \w+){0,3} $", r"\w+(?:remo|ranno|rà|rò) $"),
    hiding=(
        r"(?:VPN|proxy|VPS|anti-?detect\w*|browser (?:anti-?detect|anti-?rilevamento))",
        rf"(?:cambi\w+|sostitu\w+|mascher\w+|nascost\w+|nascond\w+|utilizz\w+|usat\w+) (?:(?:l['’]|il|la|un|una|un['’]|nostr[aoei]|nuov[aoei]|altr[aoei]|divers[aoei]) ?){{0,3}}{_WHAT}|(?:nuov[aoei]|altr[aoei]|un altro|un['’]altra) {_WHAT}",
    ),
    uses=(r"(?:access[oi]|accedut\w+|acced\w+|utilizz\w+|usat\w+|login|session[ei]|connession[ei])",),
    attached=(r"(?:allegat\w+|si allega|in allegato|annesso)",),
    confirm="da confermare da parte Sua", entry="voce", finding="riscontro", document="documento", day_first=True,
)  # fmt: skip

__all__ = ["TONGUE"]
