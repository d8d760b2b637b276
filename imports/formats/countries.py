"""Country names as agencies and people write them, to ISO 3166 two-letter codes."""

# A country a line (or two): its code, then every spelling in lower case, separated by "|".
_SPELLINGS = """
AD andorra
AE united arab emirates|u.a.e.|uae
AF afghanistan
AG antigua and barbuda|antigua & barbuda
AI anguilla
AL albania
AM armenia
AO angola
AQ antarctica
AR argentina
AS american samoa
AT austria
AU australia
AW aruba
AX åland islands
AZ azerbaijan
BA bosnia and herzegovina|bosnia|bosnia-hercegovina|bosnia and hercegovina
BB barbados
BD bangladesh
BE belgium
BF burkina faso
BG bulgaria
BH bahrain
BI burundi
BJ benin
BL saint barthélemy
BM bermuda
BN brunei darussalam|brunei
BO bolivia (plurinational state of)|bolivia
BQ bonaire, sint eustatius and saba
BR brazil
BS bahamas|the bahamas|bahamas, the
BT bhutan
BV bouvet island
BW botswana
BY belarus
BZ belize
CA canada
CC cocos (keeling) islands|cocos islands
CD congo (the democratic republic of the)|congo, democratic republic of
CD congo, democratic republic of the|democratic republic of the congo|congo (kinshasa)
CF central african republic
CG congo|congo, republic of|congo (brazzaville)
CH switzerland
CI côte d'ivoire|ivory coast|cote d'ivoire|cote d’ivoire|côte d’ivoire
CK cook islands
CL chile
CM cameroon
CN china|china, people's republic of|people's republic of china|mainland china
CO colombia
CR costa rica
CU cuba
CV cabo verde|cape verde
CW curaçao|curacao
CX christmas island
CY cyprus
CZ czechia|czech republic
DE germany
DJ djibouti
DK denmark
DM dominica
DO dominican republic
DZ algeria
EC ecuador
EE estonia
EG egypt
EH western sahara
ER eritrea
ES spain
ET ethiopia
FI finland
FJ fiji
FK falkland islands (malvinas)|falkland islands
FM micronesia (federated states of)|micronesia|micronesia, federated states of
FM federated states of micronesia
FO faroe islands
FR france
GA gabon
GB united kingdom of great britain and northern ireland|united kingdom|uk|great britain|england
GB scotland|wales|northern ireland
GD grenada
GE georgia
GF french guiana
GG guernsey
GH ghana
GI gibraltar
GL greenland
GM gambia|the gambia|gambia, the
GN guinea
GP guadeloupe
GQ equatorial guinea
GR greece
GS south georgia and the south sandwich islands
GT guatemala
GU guam
GW guinea-bissau
GY guyana
HK hong kong|hong kong sar
HM heard island and mcdonald islands
HN honduras
HR croatia
HT haiti
HU hungary
ID indonesia
IE ireland|republic of ireland
IL israel
IM isle of man
IN india
IO british indian ocean territory
IQ iraq
IR iran (islamic republic of)|iran|iran, islamic republic of
IS iceland
IT italy
JE jersey
JM jamaica
JO jordan
JP japan
KE kenya
KG kyrgyzstan
KH cambodia
KI kiribati
KM comoros
KN saint kitts and nevis|st. kitts and nevis
KP korea (the democratic people's republic of)|korea, democratic people's republic of|north korea
KP korea, democratic people's republic of (north)
KR korea (the republic of)|korea, republic of|korea, south|south korea|korea, republic of (south)
KR republic of korea|korea
KW kuwait
KY cayman islands
KZ kazakhstan
LA lao people's democratic republic|laos
LB lebanon
LC saint lucia|st. lucia
LI liechtenstein
LK sri lanka
LR liberia
LS lesotho
LT lithuania
LU luxembourg
LV latvia
LY libya
MA morocco
MC monaco
MD moldova (the republic of)|moldova|moldova, republic of
ME montenegro
MF saint martin (french part)|saint martin
MG madagascar
MH marshall islands
MK north macedonia|macedonia|macedonia, the former yugoslav republic of
ML mali
MM myanmar|burma
MN mongolia
MO macao|macau
MP northern mariana islands
MQ martinique
MR mauritania
MS montserrat
MT malta
MU mauritius
MV maldives
MW malawi
MX mexico
MY malaysia
MZ mozambique
NA namibia
NC new caledonia
NE niger
NF norfolk island
NG nigeria
NI nicaragua
NL netherlands (kingdom of the)|netherlands|the netherlands|holland
NO norway
NP nepal
NR naoero
NU niue
NZ new zealand
OM oman
PA panama
PE peru
PF french polynesia
PG papua new guinea
PH philippines
PK pakistan
PL poland
PM saint pierre and miquelon
PN pitcairn
PR puerto rico
PS palestine, state of|palestine|gaza strip|west bank
PT portugal
PW palau
PY paraguay
QA qatar
RE réunion|reunion
RO romania
RS serbia|serbia and montenegro
RU russian federation|russia
RW rwanda
SA saudi arabia
SB solomon islands
SC seychelles
SD sudan
SE sweden
SG singapore
SH saint helena, ascension and tristan da cunha
SI slovenia
SJ svalbard and jan mayen
SK slovakia|slovak republic
SL sierra leone
SM san marino
SN senegal
SO somalia
SR suriname
SS south sudan
ST sao tome and principe
SV el salvador
SX sint maarten (dutch part)|sint maarten|st. maarten
SY syrian arab republic|syria
SZ eswatini|swaziland
TC turks and caicos islands
TD chad
TF french southern territories
TG togo
TH thailand
TJ tajikistan
TK tokelau
TL timor-leste|east timor
TM turkmenistan
TN tunisia
TO tonga
TR türkiye|turkey|turkiye
TT trinidad and tobago|trinidad & tobago
TV tuvalu
TW taiwan (province of china)|taiwan|taiwan, republic of china
TZ tanzania, the united republic of|tanzania|tanzania, united republic of|united republic of tanzania
UA ukraine
UG uganda
UM united states minor outlying islands
US united states of america|united states|usa|u.s.a.
UY uruguay
UZ uzbekistan
VA holy see|vatican city|holy see (vatican city state)
VC saint vincent and the grenadines|st. vincent and the grenadines
VE venezuela (bolivarian republic of)|venezuela
VG virgin islands (british)|british virgin islands|virgin islands, british
VI virgin islands (u.s.)|virgin islands (us)|u.s. virgin islands|us virgin islands|virgin islands, u.s.
VN viet nam|vietnam
VU vanuatu
WF wallis and futuna
WS samoa
YE yemen
YT mayotte
ZA south africa
ZM zambia
ZW zimbabwe
"""


def _codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for line in _SPELLINGS.strip().splitlines():
        code, _, spellings = line.partition(" ")
        codes[code.lower()] = code
        codes |= dict.fromkeys(spellings.split("|"), code)
    return codes


COUNTRY_CODES = _codes()
