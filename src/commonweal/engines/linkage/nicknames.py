"""Given names that are forms of one another, English and Spanish: one line a name, its forms after it.

Data: a site may add lines. A form may stand under several names (alex: alexander and alexandra).
"""

LINES = """
abigail abby gail
abraham abe
albert al bert alberto beto
alejandro alex ale jandro
alejandra alex ale jandra
alexander alex sandy xander
alexandra alex sandra sandy lexi
alfonso poncho alfie
alfred al fred alfredo
alicia ali licha
amanda mandy
andrew andy drew andres
angela angie
antonio tony tono toño anthony
barbara barb barbie
benjamin ben benny benji
beatriz bea betty
carlos charlie carlitos
catherine cathy kate katie katherine kathryn kathy kitty catalina
charles charlie chuck chas
christina tina chris christy cristina
christopher chris kit topher cristobal
concepcion concha conchita
cynthia cindy
daniel dan danny
daniela dani
david dave davey
deborah deb debbie
dolores lola loli
donald don donnie
dorothy dot dottie
edward ed eddie ted ned eduardo lalo
elizabeth beth betsy betty eliza liz liza lizzie elisabeth isabel
enrique quique henry kike
ernesto neto ernest ernie
esperanza espe
eugene gene
felipe pipe philip phil
fernando nando fer
florence flo
francisco paco pancho frank francis cisco kiko
francisca paca paquita fanny
frederick fred freddie
gabriel gabe gabi
gabriela gabi gaby
gerald gerry jerry gerardo
gregory greg
graciela chela
guadalupe lupe lupita
guillermo memo william bill
harold hal harry
henry hank harry
humberto beto
ignacio nacho
isabel chabela isa
jacob jake
jacqueline jackie
james jim jimmy jamie
janet jan
javier javi xavier
jeffrey jeff
jennifer jen jenny
jessica jess jessie
jesus chuy chucho
jonathan jon jonny nathan
john jack johnny jon juan
jorge george coque
jose pepe joseph joe joey
josefina pepa fina josie
joshua josh
judith judy
juan juanito johnny
kenneth ken kenny
kimberly kim
lawrence larry lars lorenzo
leonard leo len lenny
leticia lety
lillian lil lily
luis lucho louis lou
manuel manny manolo
margaret maggie marge margie meg peggy margarita
maria mary mari maruja
maria_jose marijo majo
mario marito
matthew matt mateo
mercedes meche merche
michael mike mikey mick miguel
michelle shelly
nancy nan
nathaniel nate nathan nat
nicholas nick nicky nicolas
octavio tavo
pamela pam
patricia pat patty trish tricia pati
patrick pat paddy patricio
pedro perico peter pete
rafael rafa
raymond ray ramon
rebecca becca becky
refugio cuca
ricardo richard rick ricky dick rich richie
robert bob bobby rob robbie roberto beto bert
rodrigo rigo
ronald ron ronnie
rosario charo chayo
rosa rosie rose rosita
salvador chava
samuel sam sammy
samantha sam sammy
sandra sandy
sergio checo
socorro coco
sofia sophia sophie sofi
stephen steve steven stevie esteban
susan sue susie suzy susana
teresa tere terry theresa tess
theodore ted teddy theo
thomas tom tommy tomas
timothy tim timmy
veronica vero ronnie
vicente chente vincent vince vinny
victoria vicky tori
virginia ginny ginger
walter walt wally
wilfredo fredo will
william bill billy will willie liam
zachary zach zack
"""

NAMES_BY_FORM: dict[str, frozenset[str]] = {}
for _line in LINES.strip().splitlines():
    _name, *_forms = _line.split()
    for _form in (_name, *_forms):
        NAMES_BY_FORM[_form] = NAMES_BY_FORM.get(_form, frozenset()) | {_name}


def full_names(given: str) -> frozenset[str]:
    """The names of which each part of a normalised given name may be a form, itself included."""
    parts = given.split()
    return frozenset(parts).union(*(NAMES_BY_FORM.get(part, frozenset()) for part in parts))


FORMS_BY_NAME: dict[str, frozenset[str]] = {}
for _line in LINES.strip().splitlines():
    _name, *_forms = _line.split()
    FORMS_BY_NAME[_name] = FORMS_BY_NAME.get(_name, frozenset()) | frozenset(_forms)


def short_forms(name: str) -> frozenset[str]:
    """The nicknames of a full name; none for a name that the table lacks."""
    return FORMS_BY_NAME.get(name, frozenset())
