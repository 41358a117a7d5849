"""French, as amazon.fr and other shops write their notices."""

from __future__ import annotations

from isolation.appeal.tongues.tongue import Tongue

_ACCOUNT = r"(?:comptes?|boutiques?)(?: (?:vendeurs?|de vente|amazon|seller|de vendeur))*"
_CUSTOMER = r"(?:clients?|clientes|acheteu\w+|consommateu\w+)"
_FAULT = (
    r"(?:faute|fautifs?|mensong\w+|ment(?:ent|i|eurs?)?|malhonnêt\w+|malveillan\w+|abus\w*|injustifié\w*|déraisonnabl\w+|"
    r"fraud\w+|escroqu\w+|chantage|n['’]ont pas (?:lu|compris|respecté)|n['’]a pas (?:lu|compris|respecté)|à tort|mauvaise foi)"
)
_WHAT = r"(?:IP|adresses? (?:IP|MAC)|MAC|appareils?|ordinateurs?|téléphones?|wi-?fi|réseaux?|navigateurs?|connexions?)"

TONGUE = Tongue(
    "fr",
    reasons={
        "suspicious-behaviour": (
            r"(?:activités?|comportements?|connexions?|opérations?|transactions?) (?:\w+ )?(?:suspecte?s?|inhabituel(?:le)?s?|anormale?s?|frauduleu(?:x|ses?)|trompeu(?:rs?|ses?)|illégale?s?|illicites?)",
            r"accès non autorisé",
        ),
        "related-accounts": (
            rf"(?:lié|liée|associé|associée|relié|reliée|rattaché|connecté)e?s? à (?:un|d['’]autres|plusieurs|l['’])~{_ACCOUNT}",
            rf"{_ACCOUNT} (?:liés?|associés?|reliés?|connexes?|en double|multiples)",
            rf"(?:un|d['’]un|plusieurs|un deuxième|un second|d['’])(?: )?(?:autres?|plusieurs|deuxième|second) {_ACCOUNT}|{_ACCOUNT} (?:distincts?|séparés?|supplémentaires?)",
            rf"plusieurs {_ACCOUNT}|plus d['’]un {_ACCOUNT}",
            r"(?:le|du|au) même (?:appareil|ordinateur|réseau|wi-?fi)|la même adresse (?:ip|mac)",
        ),
        "account-information": (
            r"(?:pas|n['’]avons pu|impossible|incapables?|mesure)~(?:vérifier|valider|confirmer)~(?:informations?|identité|documents?|adresse|entreprise|coordonnées|compte bancaire|pièces?)",
            r"(?:informations?|documents?|coordonnées|données|justificatifs?)~(?:sont|est|étaient|semblent?)~(?:incorrect\w*|incompl\w+|inexact\w*|invalides?|expiré\w*|illisibles?|périmé\w*|erroné\w*|non valides?)",
            r"(?:informations?|documents?|données) (?:de compte )?(?:incorrect\w*|incompl\w+|inexact\w*|invalides?|expiré\w*|erroné\w*)",
            r"ne correspond(?:ent)? pas (?:à|aux|avec)",
            r"(?:avons besoin|nécessaires?)~(?:documents?|justificatifs?|informations?)~(?:pour|afin de) (?:vérifier|confirmer|valider)",
        ),
        "poor-performance": (
            r"taux de (?:défauts? (?:de|sur les) commandes?|commandes? défectueuses?|défectuosité\w*|défaillance\w*|commandes? avec défauts?)",
            r"taux d['’](?:expéditions?|envois?) (?:tardi\w+|en retard)|taux de (?:retards?|livraisons? (?:tardives?|en retard))|taux de livraison (?:dans les délais|à temps)",
            r"taux d['’]annulations?",
            r"taux de (?:suivis? valides?|numéros de suivi valides?)|taux de validité des numéros de suivi",
            r"(?:n['’]attei\w+|ne respect\w+|ne satisf\w+|ne répond\w*|ne correspond\w*|inférieur\w* à) ?~(?:objectifs?|normes?|critères?|exigences?|standards?) (?:de|en matière de) performances?",
            r"(?:mauvaises?|faibles?) performances?|performances? (?:insuffisant\w+|médiocres?)",
        ),
        "counterfeit": (
            r"contrefa(?:çons?|it\w*)|contrefaisant\w*",
            r"(?:non|pas|in)[-\s]?authentiques?|authenticité",
            r"faux (?:produits?|articles?)",
        ),
        "product-safety": (
            r"sécurité (?:des|du|de vos|de) (?:produits?|articles?|consommateurs?|clients?)|(?:problèmes?|plaintes?|incidents?|risques?) (?:de|liés? à la|concernant la) sécurité",
            r"(?:produits?|articles?) dangereu\w+|dangereux",
            r"(?:problèmes?|plaintes?|réclamations?)~(?:qualité|état) (?:des|du|de vos|de)~(?:produits?|articles?)|problèmes? de qualité",
            r"non conformes? à (?:la|leur|sa) description|pas conformes? à la description|d['’]occasion vendus? comme neufs?|vendus? comme neufs?",
            r"rappels? (?:de|des|du) produits?|rappel de produit",
        ),
        "other-breach": (
            r"(?:produits?|articles?|offres?) (?:interdits?|restreints?|prohibés?|soumis à (?:des )?restrictions|non autorisés?)",
            r"(?:manipul\w+|abus\w*|faux|achat\w*|falsifi\w+|incit\w+)~(?:commentaires?|avis|évaluations?|notes)",
            r"(?:mauvaise utilisation|utilisation abusive|abus\w*|mauvais usage|doublons?)~(?:pages? (?:de )?(?:détails?|produits?)|fiches? produits?|catalogue|variantes?|variations?)",
            r"propriété intellectuelle|(?:violation|atteinte)~(?:marques?|droits? d['’]auteur|brevets?)",
            r"code de conduite~(?:enfrein\w+|viol\w+|abus\w*)|politique~(?:dropshipping|livraison directe)",
            r"(?:documents?|factures?|justificatifs?)~(?:falsifiée?s?|modifiée?s?|altérée?s?)|fau(?:x|sses) (?:documents?|factures?|justificatifs?)",
        ),
    },
    own_words="le les des est vous votre vos nous avons avez été pour dans sur une du au aux cette ce avec ou être pas",
    stores=(
        rf"(?i:autre|distinct|séparé|lié|associé|second|deuxième) (?i:{_ACCOUNT})(?i: nommée?| appelée?| intitulée?|,|:| :)? {{name}}",
        rf"(?i:{_ACCOUNT}) (?i:distincte?|séparée?|liée?|associée?)(?i: nommée?| appelée?|,|:| :)? {{name}}",
        rf"(?i:liée?|associée?|rattachée?) (?i:au) (?i:{_ACCOUNT}) {{name}}",
        r"(?i:nom (?:du compte|de la boutique|d['’]affichage|commercial))\s?[:：] ?{name}",
    ),
    conditions=(r"(?:si|s['’]ils?|au cas où|dans le cas où|en cas)",),
    cases=(r"(?:cas|dossier|ticket|référence|numéro de (?:cas|dossier|réclamation|plainte)|identifiant (?:de plainte|du cas)|plainte|réclamation)(?: n°| numéro| ID)?",),
    sections={
        "root-cause": (r"causes? (?:premières?|racines?|principales?|profondes?|du problème|fondamentales?)|causes?|origine du problème",),
        "corrective": (r"correcti\w+|corrigé\w*|(?:mesures?|actions?) (?:déjà )?(?:prises?|menées?|entreprises?)|remédiation",),
        "preventive": (r"prévent\w+|préven\w+|à l['’]avenir|avenir|futur\w*",),
        "commitment": (r"engagements?|promesses?|garanties?",),
        "coverage": (r"éléments sur lesquels repose ce document|fondement\w*",),
    },
    blame=(
        rf"{_CUSTOMER}\b[^.!?\n]{{0,60}}?\b{_FAULT}", rf"{_FAULT}\b[^.!?\n]{{0,30}}?\b{_CUSTOMER}",
    ),
    absolutes=(
        r"(?:jamais|seulement|uniquement|exclusivement|toujours|personne (?:d['’]autre|n['’])|aucun (?:lien|rapport|autre)|aucune (?:autre|fois)|en aucun cas|à aucun moment|100 ?%|seuls?|seules?)",
    ),
    promises=(r"(?:sera|seront|serons|allons|désormais|dorénavant|à l['’]avenir)(?: \w+){0,3} $", r"\w+(?:rons|ront|ra|rai) $"),
    hiding=(
        r"(?:VPN|proxys?|proxies|VPS|anti-?detect\w*|navigateurs? (?:anti-?détection|furtifs?))",
        rf"(?:chang\w+|remplac\w+|masqu\w+|dissimul\w+|cach\w+|utilis\w+) (?:(?:d['’]|de|notre|nos|une?|des|les?|la|nouve\w+|autres?) ?){{0,3}}{_WHAT}|(?:nouve(?:l|au|lle|lles|aux)|autres?) {_WHAT}",
    ),
    uses=(r"(?:connect(?:é|ée|és|er|ons|ions)|connexions?|utilis\w+|accéd\w+|accès|sessions?|ouverture de session)",),
    attached=(r"(?:pièces? jointes?|ci-joint\w*|annexes?|joint\w* au présent|justificatif n°)",),
    confirm="à confirmer par vous", entry="entrée", finding="constat", document="document", day_first=True,
)  # fmt: skip

__all__ = ["TONGUE"]
