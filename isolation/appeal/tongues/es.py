"""Spanish, as amazon.es, amazon.com.mx and other shops write their notices."""

from __future__ import annotations

from isolation.appeal.tongues.tongue import Tongue

_ACCOUNT = r"(?:cuentas?|tiendas?)(?: (?:de vendedor(?:es)?|de venta|de amazon|amazon|seller))*"
_CUSTOMER = r"(?:clientes?|compradore?s?|consumidore?s?)"
_FAULT = (
    r"(?:culpa\w*|mient\w+|mentir\w*|mintió|mintieron|deshonest\w+|mala fe|malintencionad\w+|abus\w+|injustificad\w+|irracional\w*|"
    r"estaf\w+|fraude\w*|fraudulent\w+|chantaje\w*|no (?:leyó|leyeron|entendió|entendieron|han leído|ha leído)|negligen\w+)"
)
_WHAT = r"(?:IP|direcci(?:ón|ones) (?:IP|MAC)|MAC|dispositivos?|ordenador(?:es)?|computadoras?|teléfonos?|wi-?fi|red(?:es)?|navegador(?:es)?)"

TONGUE = Tongue(
    "es",
    reasons={
        "suspicious-behaviour": (
            r"(?:actividad(?:es)?|comportamientos?|accesos?|inicios? de sesión|transacci(?:ón|ones)) (?:\w+ )?(?:sospechos[aos]+|inusual(?:es)?|anormal(?:es)?|fraudulent[aos]+|engaños[aos]+|ilegal(?:es)?|ilícit[aos]+)",
            r"accesos? no autorizados?",
        ),
        "related-accounts": (
            rf"(?:relacionad|vinculad|asociad|conectad)[ao]s? (?:con|a) (?:una?|otras?|varias|la)~{_ACCOUNT}",
            rf"{_ACCOUNT} (?:relacionad|vinculad|asociad|duplicad|conectad|múltipl)[aoe]s?",
            rf"(?:otra|una segunda|varias|múltiples|más de una|otras) {_ACCOUNT}|{_ACCOUNT} (?:independientes?|separadas?|distintas?|adicional(?:es)?)",
            r"(?:el|del|al) mismo (?:dispositivo|ordenador|equipo|computador|wi-?fi)|la misma (?:red|computadora|dirección (?:ip|mac))",
        ),
        "account-information": (
            r"(?:no|imposible)~(?:verificar|confirmar|validar|comprobar)~(?:información|identidad|documentos?|dirección|empresa|negocio|datos|cuenta bancaria)",
            r"(?:información|documentos?|datos|documentación)~(?:son|es|eran|está|están|parecen?)~(?:incorrect[ao]s?|incomplet[ao]s?|inexact[ao]s?|no válid[ao]s?|inválid[ao]s?|caducad[ao]s?|vencid[ao]s?|ilegibles?)",
            r"(?:información|documentos?|datos|documentación) (?:de (?:la )?cuenta )?(?:incorrect[ao]s?|incomplet[ao]s?|inexact[ao]s?|no válid[ao]s?|caducad[ao]s?|vencid[ao]s?)",
            r"no coinciden? (?:con|entre)",
            r"(?:necesitamos|requerimos)~(?:documentos?|documentación|información)~para (?:verificar|comprobar|confirmar|validar)",
        ),
        "poor-performance": (
            r"(?:tasa|porcentaje|índice) de (?:pedidos (?:con defectos|defectuosos)|defectos? (?:de|en los) pedidos?)",
            r"(?:tasa|porcentaje|índice) de (?:envíos?|entregas?|retrasos?)(?: (?:con retraso|tardí[ao]s?|atrasad[ao]s?|a tiempo|en los envíos|puntual(?:es)?|fuera de plazo))?",
            r"(?:tasa|porcentaje|índice) de (?:cancelaci(?:ón|ones)|pedidos cancelados)",
            r"(?:tasa|porcentaje|índice) de (?:seguimiento válido|números de seguimiento válidos|rastreo válido)",
            r"no (?:cumpl\w+|alcanz\w+|satisf\w+|respet\w+)~(?:objetivos?|estándares|requisitos|criterios|métricas) de (?:rendimiento|desempeño|servicio)",
            r"(?:bajo|mal|deficiente|escaso) (?:rendimiento|desempeño)|rendimiento (?:deficiente|insuficiente|bajo)",
        ),
        "counterfeit": (
            r"falsificaci(?:ón|ones)|falsificad[ao]s?|(?:productos?|artículos?) falsos?",
            r"(?:no|in)[-\s]?(?:son |es |ser )?auténtic[ao]s?|autenticidad",
            r"imitaci(?:ón|ones)|(?:productos? )?piratas?",
        ),
        "product-safety": (
            r"seguridad (?:de los|del|de|de sus|de tus) (?:productos?|artículos?|consumidor(?:es)?|clientes?)|(?:problemas?|reclamaci(?:ón|ones)|quejas?|incidentes?|riesgos?) (?:de|relacionad[ao]s con la|sobre la) seguridad",
            r"(?:productos?|artículos?) (?:peligrosos?|inseguros?|no seguros?)",
            r"(?:problemas?|quejas?|reclamaci(?:ón|ones))~(?:calidad|estado) de(?:l| los| sus| tus)~(?:productos?|artículos?)|problemas? de calidad",
            r"no (?:coinciden?|se corresponden?|corresponden?) con (?:la|su) descripción|diferentes? a la descripción|usad[ao]s? vendid[ao]s? como nuev[ao]s?|vendid[ao]s? como nuev[ao]s?",
            r"retirada (?:de|del) productos?|productos? retirados?",
        ),
        "other-breach": (
            r"(?:productos?|artículos?|ofertas?) (?:prohibid[ao]s?|restringid[ao]s?|no permitid[ao]s?|sujet[ao]s? a restricciones)",
            r"(?:manipul\w+|abus\w+|fals[ao]s|incentiv\w+|compra\w*)~(?:opiniones|reseñas|valoraciones|comentarios)",
            r"(?:uso (?:indebido|inadecuado)|abus\w+|mal uso|duplicad[ao]s)~(?:páginas? de (?:detalles?|productos?)|catálogo|variantes?|variaciones|listings?)",
            r"reembolsos?~indebid[ao]s?|propiedad intelectual|(?:infracci(?:ón|ones)|violaci(?:ón|ones)|vulneraci(?:ón|ones))~(?:marcas?|derechos? de autor|patentes?)",
            r"código de conducta~(?:infring\w+|viol\w+|incumpl\w+|abus\w+)|política~(?:dropshipping|triangulación)",
            r"(?:documentos?|documentación|facturas?)~(?:falsificad|alterad|manipulad|modificad)[ao]s?|(?:fals[ao]s) (?:documentos?|facturas?)",
        ),
    },
    own_words="el los las que del su sus ha hemos han sido con para por una está cuenta esta este tus usted y",
    stores=(
        rf"(?i:otra|segunda) (?i:{_ACCOUNT})(?i: denominada| llamada|,|:)? {{name}}",
        rf"(?i:{_ACCOUNT}) (?i:independiente|separada|relacionada|vinculada|asociada|distinta)(?i: denominada| llamada|,|:)? {{name}}",
        rf"(?i:relacionada|vinculada|asociada) (?i:con|a) (?i:la )?(?i:{_ACCOUNT}) {{name}}",
        r"(?i:nombre (?:de la cuenta|de la tienda|para mostrar|comercial))\s?[:：] ?{name}",
    ),
    conditions=(r"(?:si|en caso|en el caso)",),
    cases=(r"(?:caso|expediente|ticket|referencia|reclamación|queja|(?:número|ID) (?:de |del )?(?:caso|reclamación|queja|expediente))(?: n\.?º| núm\.| número| ID)?",),
    sections={
        "root-cause": (r"causas? (?:raíz|principal(?:es)?|fundamental(?:es)?|de fondo|subyacentes?|del problema)|causas?|origen del problema",),
        "corrective": (r"correctiv\w+|corrección|corregid\w+|(?:medidas|acciones) (?:ya )?(?:adoptadas|tomadas|realizadas)|subsan\w+",),
        "preventive": (r"preventiv\w+|prevención|prevenir|futur\w+|en adelante",),
        "commitment": (r"compromis\w+|promes\w+|garantí\w+",),
        "coverage": (r"en qué se basa este documento|fundament\w+",),
    },
    blame=(
        rf"{_CUSTOMER}\b[^.!?\n]{{0,60}}?\b{_FAULT}", rf"{_FAULT}\b[^.!?\n]{{0,30}}?\b{_CUSTOMER}",
    ),
    absolutes=(
        r"(?:nunca|jamás|solo|sólo|solamente|únicamente|exclusivamente|siempre|nadie|ningún (?:otro|vínculo)|ninguna (?:otra|relación)|en ningún (?:caso|momento)|100 ?%)",
    ),
    promises=(r"(?:será|serán|vamos a|va a|a partir de ahora|en adelante|en el futuro)(?: \w+){0,3} $", r"\w+(?:remos|rán|rá|ré) $"),
    hiding=(
        r"(?:VPN|prox(?:y|ies)|VPS|anti-?detect\w*|navegador(?:es)? antidetecci\w+)",
        rf"(?:cambi\w+|sustitu\w+|enmascar\w+|ocult\w+|escond\w+|utiliz\w+|usa\w*) (?:(?:de|el|la|un|una|nuestr[ao]s?|nuev[ao]s?|otr[ao]s?|distint[ao]s?) ){{0,3}}{_WHAT}|(?:nuev[ao]s?|otr[ao]s?) {_WHAT}",
    ),
    uses=(r"(?:inici\w* (?:de )?sesión|sesi(?:ón|ones)|acces\w+|accedi\w+|utiliz\w+|us[oóa]\w*)",),
    attached=(r"(?:adjunt\w+|anexos?|se adjunta)",),
    confirm="por confirmar por usted", entry="entrada", finding="hallazgo", document="documento", day_first=True,
)  # fmt: skip

__all__ = ["TONGUE"]
