"""What the names of arguments and functions say: the vocabulary of hand-written networks."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from functools import cache
from typing import Any

#: Role of an argument by its name; the first pattern that matches decides. Written over lower-case names.
ARGUMENTS: tuple[tuple[str, str], ...] = (
    (
        "rate",
        r"^(current_|init(ial)?_|base_)?(lr|eta|alpha|l_?rate|learn(ing)?_?rate|rate|step_?size|gamma_?lr|lrate|step_?length|learning_?step"
        r"|((learn|train)(ing)?_?)?speed"
        r"|tasa(_\w+)?|taxa(_\w+)?|taux(_\w+)?|pas(_\w+)?|lern_?rate|schritt(weite)?|tasso(_\w+)?|passo|paso|xue_?xi_?lv|bu_?chang|скорость\w*"
        r"|[oö][gğ]renme_?\w*|wsp\w*_?ucz\w*|wspolczynnik\w*|krok|laju(_\w+)?|leer_?(snelheid|tempo)|rychlost\w*)$",
    ),
    (
        "off",
        r"^(l[12](_?(reg|penalty|lambda|coef\w*|weight))?|reg(ulari[sz]ation)?(_?(strength|rate|param\w*|lambda|coef\w*|factor))?"
        r"|lambda\w*|lambd|lam|lmbd?a|reg_?lambda|weight_?decay|wd|decay(_?rate)?|(lr|learning_?rate|rate)_?decay|momentum|mu|mom"
        r"|shuffle|drop_?(out)?(_?(rate|prob\w*|p))?|p_?drop(out)?|weight_?penalty|tol(erance)?|noise"
        r"|(val(id(ation)?)?|test)_?(split|frac(tion)?|ratio|share|part|size)|(use_)?valid(at(e|ion|ing))?|hold_?out|auto_?(eval|val)\w*"
        r"|(model_?)?check_?point(s|ing)?|(restore|keep)_?best\w*|early_?stop(ping)?"
        r"|patience|max_?patience|n_?iter_?no_?change)$",
    ),
    ("keep", r"^keep_?(prob\w*|rate)?$"),
    (
        "settings",
        r"^(config(?!\w*(list|array|vector|layer|size|unit|shape))\w*|cfg|conf|args?|opts?|options?|hparams?|hp|hyper_?\w*|settings?)$",
    ),
    ("scale", r"scale|^std|sigma|^gain|variance|^spread"),
    (
        "epochs",
        r"epoch|epo(ca|ka|che|que)|époque|época|эпох|^n?_?iter|^n(um|b)?_?iter|max_?iter|iter(acion|aç|acoe|ati|azion)|^(n_?|nb_?|num_?)?steps?$"
        r"|^rounds$|^cycles$|durchl|durchg|passes$|devir|d[oö]ng[uü]|tur_?say|^(ci|lun|die_?dai)_?(shu|ci_?shu)$|vueltas|^repet",
    ),
    ("batch_size", r"batch_?size|^bs$|mini_?batch_?size"),
    ("training", r"^(is_?)?(in_?)?training(_?(mode|flag|phase|now))?$|^is_?train\w*$|^train_?(mode|flag|phase)$"),
    ("activation", r"a[ck]?t+[iy][vw]a[tcçzs]|aktivier|^acts?(_?f(n|unc(tion)?)?)?s?$|nonlin|transfer"),
    ("loss_name", r"^(loss|cost)(_?name|_?type|_?fn|_?func(tion)?)?$|^criterion$"),
    ("generator", r"^rng$|^r(and(om)?)?_?s(tate)?$|^gen(erator)?$|^prng$|^random(_?gen(erator)?)?$|^rnd$"),
    ("seed", r"seed|random_state|verbose|print|^log|^show|^plot|debug"),
    ("key", r"^(rng_?|prng_?)?key$|^rngs?$"),
    ("device", r"^device$"),
    ("optimiser", r"^opt(im(i[sz]er)?)?$"),
    ("gradients", r"^gradi?(en(te?|ti))?e?s?n?$|^g$|^gs$|^d_?params$|^nabla|^deltas_w$|^updates$"),
    (
        "cache",
        r"cache|^memory$|^mem$|^intermediates?$|^forward_?(pass|result|out)|^activations$|^store|^trace$|^tape$|^state$|^hist",
    ),
    (
        "parameters",
        r"^params?$|param[eèé]?tr[eoi]s?$|parâmetros?$|parameters?_?values$|params?_?values$|^(nn|all|flat|initial|init|net|unrolled)_?params$|^(w|weights?|param)_?vec(tor)?$|^parameters?$|^weights$|^(neural_?)?net(work)?$|^model$|^theta$|^thetas$|^nn$|^layers$|^wb$|^mlp$|^p$|^w$",
    ),
    (
        "data",
        r"mini_?batch|[a-z]_?iter(ator)?$|training_?data|^train_?data|^dataset|^data$|loader$|^samples$|^batch$|^train(ing)?_?sets?$|^ex[ae]mp(el|le|lo)s$|^pairs$|^patterns?$|^pares$|^paires$|^paare$|ejemplos|beispiele|esemp|^donn[ée]es|^datos|^daten|^dados|^dati$|трен|пример",
    ),
    (
        "output",
        r"^a2$|^a3$|^al$|y_?hat|y_?pred|pred|^out(put)?s?$|^o$|^(class_?|softmax_?|out(put)?_?)?prob(a|s|abilit(y|ies))?$|^yh$|^a_?out|^activation_?out|^logits$|^a_?l$|^p_?hat"
        r"|^(ai|nn|net(work)?|model|final|last|softmax|computed|calculated|our|my)_?(out(put)?|result|answer)s?$"
        r"|^estimat(e|ion)s?$|^hypothes[ei]s$|^guess(es)?$",
    ),
    (
        "targets",
        r"^(right|real|ideal|known|given|train(ing)?_?(set)?)_?(out(put)?|result|value)s?$|^y|target|label|true|one_?hot|^t$|^d$|expected|desired|truth|^ts$|answer|correct|wanted|^teach"
        r"|desead|esperad|objetiv|etiquet|desejad|alvo|rotul|cible|attendu|verit|vérit|^soll|^ziel|attes|mu_?biao|biao_?qian|цел|метк|ответ"
        r"|^hedef|beklenen|etiket|^cel$|oczekiwan|^sasaran|^doel|verwacht|^c[ií]l$",
    ),
    (
        "inputs",
        r"^x|^(train(ing)?_?(set_?)?)?inputs?$|^a0$|feature|^entrad|^entr[ée]e|^eingab|^ingress|^вход|^shu_?ru|^girdi|^giri[şs]|^wej|^masuk|^invoer|^vstup|^in(put)?_?(data|vec|array|vector|values|batch|s)?$|^i$|^u$|^sample$|^s$|^v$|^z0$|^a$",
    ),
    ("count", r"^m$|^n$|^n_?samples$|^num_?samples$|^batch$|^[mn]_batch$"),
    ("error", r"error|^err$|^loss$|grad|^d_?out|^delta|^dy$|^upstream|^e$"),
)

#: Roles of what has to do with drawing the first parameters.
OF_DRAWING = ("seed", "generator", "key", "scale")

#: Role of a constructor's argument by its name.
SIZES: tuple[tuple[str, str], ...] = (
    (
        "hidden",
        r"hid|ocult|cach|verst|verborg|nascost|скрыт|yin_?cang|gizli|ukryt|tersembunyi|skryt|^n_?h\d?$|^h\d?$|^nh$|mid|inner|(^|_)h_?(dim|size|units)$"
        r"|^(n_?|layer_?)?width$|breite|^ancho|anchura|^largeur|larghezza|^largura|szeroko|geni[sş]lik|^lebar|breedte",
    ),
    (
        "inputs",
        r"^n_?x$|^n_?in$|^in|^n_?i$|inputs?|entrad|entr[ée]e|eingab|ingress|вход|shu_?ru|girdi|giri[şs]|wej[sś]|masuk|invoer|vstup|^(?!.*out).*features|^nx$|^d$|^d_?in$|^fan_?in|^n_?features|^x_?(dim|size|n)|^i$|^from",
    ),
    (
        "outputs",
        r"out|salid|sa[íi]da|sortie|ausgab|uscit|выход|shu_?chu|[cç][ıi]kt|[cç][ıi]k[ıi][sş]|wyj[sś]|keluar|uitvoer|v[yý]stup|^n_?y$|^n_?o$|class|target|^n_?t$|alvo|^cible|^ziel|objetiv|^ny$|^k$|^c$|^d_?out$|fan_?out|^y_?(dim|size|n)|^o$|labels|^to(_|$)",
    ),
    ("all", r"layer|size|dim|arch|topolog|shape|struct|units|nodes|neurons|^net$|widths|^spec$|^ns$|^n$|^s$"),
)

#: What the number of layers is called.
_DEPTH = re.compile(
    r"(^|_)depth$|^(n|num|nb|no|number|count)_?(of_?)?(hidden_?)?layers$|^(hidden_?)?layer_?(count|num(ber)?)$|^n_?hidden_?layers$"
    r"|^(n|num|nb|anz(ahl)?)_?(capas|camadas|couches|schichten|strati|warstw)|tiefe$|^profond|^profund|^g[lł][eę]bok|^derinlik|^diepte|^kedalaman"
)

#: What a function does by its name, most telling first.
FORWARD = (
    r"^forward",
    r"feed_?forward",
    r"^__call__$",
    r"^predict_?proba",
    r"^propagate$",
    r"forward",
    r"^fwd",
    r"^activate$",
    r"^compute_?output",
    r"^predict",
    r"^output",
    r"^think$",
    r"^run$",
    r"^query$",
    r"^evaluate$",
    r"^infer",
    r"^apply$",
    r"^score",
    r"^net",
    r"^mlp",
    r"^call$",
    r"^guess",
    r"^respond",
    r"^ask",
    r"^compute$",
    r"^outputs?_of",
    r"^f$",
    r"avant|adelante|vorw|avanti|прям|propag|^ileri|^maju|oblicz|voorw|dop[rř]ed",
    r"model",
)
BACKWARD = (
    r"back_?prop",
    r"^backward",
    r"back",
    r"^bwd",
    r"grad",
    r"^compute_?grad",
    r"^deltas?$",
    r"^differentiate",
    r"deriv",
    r"retro|r[üu]ck|atr[áa]s|arri[èe]re|indietro|обратн|^geri|^wstecz|^mundur|achterw|zp[eě]t",
)
UPDATE = (
    r"^update",
    r"^step$",
    r"optim",
    r"^apply_?grad",
    r"^descend",
    r"^gradient_?descent",
    r"^sgd",
    r"adjust",
    r"^apply",
    r"update",
    r"mettre|mise_?a_?jour|^maj|actualiz|atualiz|aktualis|aggiorna|geng_?xin|обнов",
)
TRAIN = (
    r"^train_?(step|batch|on_?batch|once|one)",
    r"^partial_?fit",
    r"^update_?mini_?batch",
    r"^learn",
    r"^step$",
    r"^fit_?(step|batch|one)",
    r"^train",
    r"^fit",
    r"train",
    r"^sgd$",
    r"^gradient_?descent",
    r"^optimi[sz]e",
    r"^teach",
    r"^update",
    r"^adapt",
    r"back_?prop",
    r"^backward",
    r"step",
    r"back",
    r"epoch",
    r"descend",
    r"descent",
    r"^improve",
    r"^study",
    r"^practi[cs]e",
    r"entren|entra[iî]n|trein|apprent|apprend|lern|addestr|обуч|тренир|ajust|actualiz|atualiz|^e[gğ]it|^latih|^ucz|trenuj|^leer|^uč|^u[cč][ií]",
)
LOSS = (
    r"loss",
    r"cost",
    r"error",
    r"mse",
    r"objective",
    r"criterion",
    r"cross_?entropy",
    r"(^|_)(bce|nll|sse|rss|xent|cce)(_|$)|log_?lik|deviance",
    r"^energy",
    r"^j$",
    r"^e$",
    r"perte|co[uû]t|erreur|coste|costo|perdida|custo|perda|verlust|fehler|kosten|perdita|sun_?shi|ошибк|потер|损失|代价|误差|損失|誤差|손실|오차|κόστος|σφάλμα|hata|kay[ıi]p|b[łl][aą]d|koszt|rugi|galat|verlies|fout",
)
INITIALISE = (
    r"^init",
    r"^from_",
    r"^create",
    r"^make",
    r"^build",
    r"^new",
    r"^random",
    r"init",
    r"^setup",
    r"param",
    r"^build",
)
#: Calls that give a network its inputs before another runs it, and calls that tell what came out.
PRESENT = (
    r"^(set|put|load|feed|give|assign)_?(the_?)?(net_?)?in(put)?",
    r"^set_?(x|data|sample|pattern|features)",
    r"^present",
)
TELL = (
    r"^(get|read|fetch)?_?(the_?|net_?)?(results?|out(put)?s?|predictions?|answers?|responses?)(_?(vals?|values?|vector|list))?$",
)
ZERO = (r"zero_?grad", r"^reset_?grad", r"^clear_?grad")


def argument(name: str, beside: Collection[str] = ()) -> str:
    """The role of an argument: "" if its name says nothing.

    beside: the names that stand there too; where one is a learning rate, as eta is, alpha is the momentum.
    """
    role = _role(name, ARGUMENTS)
    is_second = role == "rate" and _bare(name) == "alpha" and any(_is_other_rate(other) for other in beside)
    return "off" if is_second else role


def _bare(name: str) -> str:
    return name.lower().strip("_")


def _is_other_rate(name: str) -> bool:
    return _bare(name) != "alpha" and _role(name, ARGUMENTS) == "rate"


def is_factor(name: str) -> bool:
    """Whether a dial is one that multiplies, such as `lr_decay`: it is off at 1."""
    return bool(re.search(r"(lr|rate)_?decay|^decay", name.lower()))


def is_momentum(name: str, beside: Collection[str] = ()) -> bool:
    """Whether a name can only be that of a momentum."""
    return _bare(name) in ("momentum", "mom") or (_bare(name) == "alpha" and argument(name, beside) == "off")


def is_patience(name: str) -> bool:
    """Whether a name can only be that of the epochs without progress after which training ends."""
    return bool(re.search(r"patience|no_?change", name.lower()))


def is_penalty(name: str) -> bool:
    """Whether a name can only be that of a penalty on the weights: others that are off at 0 may be something else."""
    return bool(re.search(r"^(reg|l[12]_|lambd?a?_|weight_?decay)|_(reg|lambda|penalty)$|^(reg|lambda_?|lambd)$", name.lower()))


def is_batch_size(name: str, default: Any) -> bool:
    """Whether a dial is a number of samples in a batch, as `batch=32` is where `batch` by itself is the samples."""
    counts = (
        type(default) is int and default > 1 and re.search(r"^(n_?)?(mini_?)?batch$|^chunk|^mbs?$", name.lower().strip("_"))
    )
    return argument(name) == "batch_size" or bool(counts)


def size(name: str) -> str:
    """Which sizes a constructor's argument takes: "inputs", "hidden", "outputs", "all", or ""."""
    return _role(name, SIZES)


def is_depth(name: str) -> bool:
    """Whether an argument is the number of layers."""
    return bool(_DEPTH.search(_bare(name)))


def units(name: str) -> str:
    """Which number of units an argument of a function takes, if its name says that it is one: "inputs", and so on."""
    return size(name) if re.search(r"(size|dim|units|nodes|neurons)s?\d?$|^n(um)?_", name.lower()) else ""


@cache
def _role(name: str, table: tuple[tuple[str, str], ...]) -> str:
    lowered = _bare(name)
    return next((role for role, pattern in table if re.search(pattern, lowered)), "")


@cache
def rank(name: str, patterns: tuple[str, ...]) -> int:
    """How early a name stands among the patterns: 0 is the most telling, len(patterns) says nothing."""
    lowered = name.lower() if name.startswith("__") else name.lower().strip("_")
    return next((index for index, pattern in enumerate(patterns) if re.search(pattern, lowered)), len(patterns))


def parameter_number(name: str) -> tuple[str, int] | None:
    """("weights", 1) for W1, w_1, weights1, Theta1; ("biases", 2) for b2; None for other names."""
    found = re.fullmatch(r"(w|weights?|theta|b|bias(?:es)?)_?(\d)", name.lower().strip("_"))
    return None if not found else ("biases" if found[1].startswith("b") else "weights", int(found[2]))


def called(call: ast.Call) -> str:
    """The last name of what is called; empty where it has none."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
