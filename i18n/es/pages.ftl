# Texts of the pages that the server makes.

# Around every page
skip-to-content = Ir al contenido
nav-label = Principal
nav-my-ballots = Mis votaciones
nav-sign-in = Iniciar sesión
nav-sign-out = Cerrar la sesión de { $name }
footer-check = Comprobar un recibo
footer-language = Idioma:
footer-text = Hecho con Scrutineer: cualquiera puede comprobar el recuento, sin tener que fiarse de nadie.
title-error = Error:

# Sign in
session-ended = Aviso: la sesión terminó porque pasó un rato sin actividad. Inicie sesión otra vez para continuar.
sign-in-no-password = ¿Aún no tiene contraseña o la perdió?
activate-link = Elegir una contraseña con un código de activación
activated = Listo: su contraseña quedó guardada. Ahora inicie sesión con ella.
member-no-missing = Escriba su número de afiliación.
password-missing = Escriba su contraseña.

# Activation
activate-title = Elegir la contraseña
activate-intro = El sindicato le envía un código de activación. Sirve una sola vez, durante 30 días. Si ya no funciona, pida uno nuevo al sindicato.
activation-code = Código de activación
activation-code-hint = No importan las mayúsculas, los espacios ni los guiones.
new-password = Contraseña nueva
new-password-hint = Al menos { $least } caracteres. Unas cuantas palabras sirven muy bien.
new-password-again = La contraseña nueva, otra vez
activate-button = Guardar la contraseña
activate-wrong = El número de afiliación y el código no coinciden, o el código ya se usó, se reemplazó o venció. Revise ambos datos; el sindicato puede enviarle un código nuevo.
activation-code-missing = Escriba el código de activación que le envió el sindicato.
activation-code-mistyped = Hay un error de escritura en el código de activación. Compárelo letra por letra con la carta del sindicato.
password-too-short = La contraseña es demasiado corta: necesita al menos { $least } caracteres.
password-too-long = La contraseña es demasiado larga: como máximo 1024 caracteres.
passwords-differ = Las dos contraseñas nuevas no son iguales. Escríbala otra vez.

# When something cannot be done
problem-home = Ir a la primera página
problem-id = Si pide ayuda, indique este número: { $id }
problem-not-found-title = Esta página no existe
problem-not-found = Quizá la dirección se copió incompleta, o lo que había aquí ya no se muestra.
problem-forbidden-title = Esta página no está a su alcance
problem-forbidden = Solo pueden verla quienes tienen cierta función en el sindicato. Si cree que le corresponde, consulte con el sindicato.
problem-cross-site-title = Esto llegó desde otro sitio
problem-cross-site = Por su seguridad no se hizo nada. Abra este sitio directamente e inténtelo allí de nuevo.
problem-method-title = Esto no se puede hacer aquí
problem-method = Vuelva atrás, cargue la página de nuevo e inténtelo otra vez.
problem-wait-title = Espere un poco, por favor
problem-wait = Hubo demasiados intentos. No se cambió nada.
problem-busy-title = Hay mucho movimiento en este momento
problem-busy = El servidor tiene más trabajo del que puede atender ahora. No se cambió nada y nada se perdió.
problem-storage-title = Ahora mismo no es posible
problem-storage = El servidor no puede recibir nada en este momento. No se cambió nada. Avise al sindicato e inténtelo más tarde.
problem-gone-title = Esto ya no se conserva
problem-gone = Pasó el plazo durante el cual había que conservarlo y se borró. El certificado de la votación queda: pídalo a su sindicato.
problem-conflict-title = No es posible tal como están las cosas
problem-conflict = Lo que pidió no corresponde al estado de la votación. Consulte la página de la votación.
problem-internal-title = Algo falló aquí
problem-internal = Es un fallo del servidor, no suyo. Avise al sindicato e indique el número de abajo.
problem-invalid-title = No se pudo leer
problem-invalid = Lo que se envió no es lo que esta página espera. Vuelva atrás, cargue la página de nuevo e inténtelo otra vez.

# The first page
home-title = Votaciones
home-mine = Mis votaciones
home-others = Otras votaciones
home-intro = Aquí votan quienes están en el sindicato. Inicie sesión con su número de afiliación para ver sus votaciones.
home-none-of-mine = En este momento no hay ninguna votación en la que pueda votar.
home-ballots = Votaciones de este sindicato
home-no-ballots = Todavía no hay ninguna.
home-check = ¿Ya votó y quiere saber qué pasó con su voto?
signed-out = Listo: la sesión está cerrada.
vote-button = Votar
vote-button-named = Votar: { $title }
vote-again-button = Cambiar mi voto
vote-again-button-named = Cambiar mi voto: { $title }
results-link = Resultados
results-link-named = Resultados: { $title }
you-voted = Ya votó.

# Where a ballot is in its life
status-draft = Borrador: solo lo ven las personas delegadas y quienes tienen un cargo en el sindicato.
status-frozen = La votación todavía no ha empezado.
status-frozen-opens = La votación empieza el { $time }.
status-open = La votación está abierta hasta que el sindicato la cierre.
status-open-closes = La votación está abierta hasta el { $time }.
status-closed = La votación terminó. El recuento se está abriendo.
status-tallied = Los votos están contados.
status-certified = Los votos están contados y la dirección del sindicato firmó el resultado.
status-cancelled = Esta votación se canceló.

# A ballot's page
cancelled-because = El motivo: { $reason }
ballot-sign-in = Para votar, primero inicie sesión.
ballot-not-voted-yet = Todavía no ha votado.
ballot-voted = Listo: ya votó. Puede cambiar su voto hasta que termine la votación; solo cuenta el último.
ballot-voted-then = Listo: votó en esta votación.
ballot-not-voted = No votó en esta votación.
ballot-not-eligible = Aviso: su nombre no está en la lista de quienes pueden votar aquí. Si debería estar, llame a: { $contact }
ballot-purged = Lo registrado de esta votación se conservó el tiempo debido y se borró el { $time }. Su certificado queda.
ballot-later = Podrá votar en cuanto empiece la votación.
choose-one = Elija una respuesta.
choose-exactly = { $most ->
    [one] Elija exactamente una respuesta.
   *[other] Elija exactamente { $most } respuestas.
  }
choose-up-to = { $most ->
    [one] Elija una respuesta o ninguna.
   *[other] Elija hasta { $most } respuestas.
  }
choose-between = { $most ->
    [one] Elija entre { $least } y { $most } respuesta.
   *[other] Elija entre { $least } y { $most } respuestas.
  }
choose-abstain = También es posible abstenerse.
rule-as-written = La regla tal como se escribió:
ballot-facts = De un vistazo
fact-who = Quiénes pueden votar
fact-counted = Cómo se cuenta
fact-opens = La votación empieza
fact-closes = La votación termina
fact-cast = Votos
fact-contact = ¿Preguntas? Llame a
cast-so-far = { $cast } de { $eligible } personas hasta el momento siguiente: { $time }. Este número se actualiza como mucho una vez al día.
cast-not-yet = Todavía no se muestra. El número aparece después de una medianoche, cuando no dice nada sobre solo unas pocas personas.
cast-in-all = Votaron { $cast } de { $eligible } personas.
turnout-caption = Quiénes han votado, por unidad
turnout-units = Unidades
turnout-voted = Han votado
turnout-eligible = Pueden votar
turnout-together = Las unidades aparecen juntas cuando un número propio diría algo sobre menos de diez personas.
ballot-setting = En qué hay que confiar y qué se puede comprobar
record-link = El registro público de esta votación

# An announced ballot
status-announced = Anunciada: la votación no ha empezado. Hasta el { $time } se puede objetar quiénes pueden votar.
status-announced-over = Anunciada: la votación no ha empezado. Se pudo objetar quiénes pueden votar hasta el { $time }.
prospect-may = Puede votar en esta votación.
prospect-may-not = No puede votar en esta votación.
prospect-now = Así está el padrón ahora. Quiénes pueden votar queda fijado antes de que empiece la votación.
reason-standing = Su situación en el padrón es «{ $value }» y esta votación es para otras situaciones.
reason-classification = Su categoría en el padrón es «{ $value }» y esta votación es para otras categorías.
reason-no-classification = El padrón no indica ninguna categoría para usted y esta votación es para determinadas categorías.
reason-unit = Su unidad en el padrón es «{ $value }» y esta votación es para otras unidades.
reason-not-on-roll = Usted no figura en el padrón.
objection-title = Objetar quiénes pueden votar
objection-intro = ¿El padrón se equivoca sobre usted o sobre otra persona? Dígalo aquí hasta el { $time }. Quienes organizan la votación lo leen y responden, y usted ve la respuesta en esta página.
objection-counted = El certificado del resultado dice cuántas objeciones hubo y cuántas se respondieron. No nombra a nadie.
objection-field = Su objeción
objection-hint = Como máximo { $most } caracteres.
objection-button = Enviar la objeción
objection-sent = Listo: su objeción quedó presentada. Verá la respuesta aquí.
objection-mine = Su objeción número { $number }, { $time }
objection-waiting = Todavía no tiene respuesta. Podrá presentar otra cuando la tenga.
objection-answer = La respuesta, { $time }:
objection-missing = Escriba qué objeta.
objection-too-long = La objeción tiene { $length } caracteres. Caben como máximo { $most }: acórtela.
objection-unreadable = La objeción tiene un carácter que no se puede mostrar. Escriba el texto en lugar de copiarlo.
objection-open = No se envió nada: su objeción número { $number } todavía no tiene respuesta. Podrá presentar otra cuando la tenga.
notice-link = El aviso de esta votación, para imprimir
notice-title = Aviso de votación: { $title }
notice-word = Aviso de votación
notice-intro = { $union } anunció esta votación a sus integrantes el { $time }.
notice-print = Para imprimir esta página use la función de imprimir del navegador. Cabe en A4 y en Carta.
notice-who-then = { $n ->
    [one] Según el padrón de ese día puede votar una persona.
   *[other] Según el padrón de ese día pueden votar { $n } personas.
  }
notice-dates = Cuándo
notice-until = Objeciones hasta
notice-not-set = Aún sin fijar. La página de la votación lo dirá.
notice-object = Cómo objetar
notice-object-text = ¿El padrón se equivoca sobre usted o sobre otra persona? Hasta el { $time } cualquier integrante puede objetar en la página de la votación, tras iniciar sesión, o preguntar: { $contact }
notice-place = La página de la votación
notice-qr = Esta imagen abre la página de la votación

# Where one votes
vote-sign-in-title = Inicie sesión para votar
vote-sign-in-intro = Verá la votación cuando haya iniciado sesión.
vote-no-script = Aviso: JavaScript está desactivado en este navegador. Puede iniciar sesión, pero no votar: su voto se sella en este dispositivo y para eso hace falta JavaScript. Actívelo, use otro dispositivo o llame al sindicato.
vote-starting = Un momento: la votación se está cargando.
vote-too-old = Si este texto no desaparece, no es posible votar con este navegador. JavaScript debe estar activado y el navegador no debe ser anterior a 2023. No se perdió nada: pruebe con otro navegador u otro dispositivo.
vote-call = Si eso no ayuda, llame a: { $contact }
vote-to-ballot = Volver a la página de la votación

# Checking a receipt
check-title = Comprobar un recibo
check-intro = Su recibo lleva un número. Con él encuentra su voto en el registro y ve si cuenta. Nadie puede saber por él qué votó.
check-field = Número de recibo, o sus doce palabras
check-field-hint = 43 caracteres, o doce palabras en inglés en su orden.
check-button = Comprobar
check-secret = Un número de recibo no dice qué votó nadie. Aquí no se guarda.
check-missing = Escriba el número de su recibo o sus doce palabras.
check-not-a-tracker = Esto no es un número de recibo ni doce palabras de uno. Compárelo con su recibo letra por letra.
check-several = Estas palabras corresponden a más de un voto. Escriba los 43 caracteres del número de recibo.
check-counted-word = Contado:
check-counted = este voto está en el registro y cuenta.
check-counted-so-far = este voto está en el registro y cuenta, salvo que la misma persona lo cambie.
check-counted-cancelled = este voto está en el registro. La votación se canceló, así que no cuenta ningún voto.
check-replaced-word = Reemplazado:
check-replaced = este voto está en el registro, pero en su lugar cuenta uno posterior de la misma persona.
check-replaced-call = Si no volvió a votar, llame a: { $contact }
check-not-found-word = No encontrado:
check-not-found = ningún registro de los que puede ver contiene este voto.
check-not-found-sign-in = Mientras la votación está abierta, los registros se muestran a quienes han iniciado sesión. Inicie sesión e inténtelo de nuevo.
check-not-found-steps = Mientras la votación está abierta, los votos nuevos aparecen en el registro por tandas. Si acaba de votar, inténtelo de nuevo dentro de un cuarto de hora.
check-not-found-call = Si entonces tampoco aparece, llame a quienes organizan la votación y conserve su recibo: la firma demuestra que su voto fue recibido.
check-ballot = Votación
check-tracker = Número de recibo
check-place = Lugar en el registro
check-height = Número { $height }
check-ask = A quién llamar
check-another = Comprobar otro

# For those who watch
watch-title = Observar: { $title }
watch-all-title = Observar las votaciones de este sindicato
watch-link = Observar esta votación
watch-all-link = Observar todas las votaciones y leer el registro de actos
watch-intro = Para quienes organizan votaciones y quienes las observan. Nada de aquí dice cómo votó nadie.
watch-now = En qué punto está
watch-waits = Qué está pendiente:
watch-tellers = Personas escrutadoras
watch-no-tellers = No hay personas escrutadoras: el servidor abre el recuento por sí solo.
watch-tellers-needed = Mesa: { $board }. Para abrir el recuento hacen falta { $needed } de { $tellers }.
watch-forming = Mesas que están creando su clave
watch-ceremony = Creación de la clave
watch-steps = { $done } de 4 pasos
watch-seat = Puesto
watch-teller = Persona escrutadora
watch-checked = Comprobó antes de la apertura
watch-stated = Declaró las palabras de cierre
watch-opened = Abrió el recuento
watch-yes = Sí
watch-no = Todavía no
watch-boxes = { $done } de { $all } urnas
watch-proposals = Espera a una segunda persona
watch-proposal = Propuesto por { $by }; vence: { $time }.
watch-signatures = Firmas de la directiva
watch-signed = Hay { $signed } de { $needed } firmas.
watch-signature = Número { $number }, con la clave
watch-yourself = Compruébelo usted
watch-record = El registro, sus huellas y las descargas
watch-certificate = El certificado, como archivo
watch-monitor = Para seguir el registro desde una máquina propia:
watch-roll = Para comprobar que la lista de quienes pueden votar es la que se fijó antes del primer voto:
watch-voted = Quiénes votaron
watch-voted-count = Votaron { $count }. La lista está ordenada por nombre; no dice cuándo votó nadie, ni cómo.
watch-voted-download = Descargar la lista (CSV)
watch-voted-names = Mostrar aquí los nombres
watch-voted-later = Los nombres se muestran cuando termina la votación, y no si se anula.
watch-log = Qué se hizo
watch-log-text = Todos los actos de la directiva, de las delegadas y los delegados, de las personas escrutadoras y del servidor, en inglés y con hora UTC. Emitir un voto no es uno de ellos.
watch-log-more = Aquí solo se muestran los primeros { $count }. Para verlos todos:
watch-log-pages = Páginas de los actos
watch-newer = Más recientes
watch-older = Anteriores
watch-head = El acto más reciente es el número { $number }. Anote su huella: si un día es otra, alguien cambió la lista de actos.
watch-export = Para guardar la lista de actos y comprobarla sin este servidor:

# El certificado, para imprimir
certificate-link = El certificado, para imprimir
certificate-title = Certificado: { $title }
certificate-word = Certificado { $number } del resultado
certificate-corrects = Corrige y sustituye al certificado { $number }. El motivo: { $reason }
certificate-correcting = El certificado { $number } corregirá este. Se está firmando: hay { $signed } de { $needed } firmas.
certificate-numbers = Los números
certificate-codes = Códigos de voto entregados
certificate-received = Votos recibidos
certificate-replaced = Sustituidos por un voto posterior
certificate-spoiled = Votos nulos
certificate-opened-by = Abrieron el recuento: { $names }.
certificate-objections = Objeciones de quienes observan
certificate-objections-none = No había ninguna cuando se hizo este certificado. Quienes observan pueden objetar hasta el { $time }.
certificate-objections-until = Quienes observan pueden objetar hasta el { $time }.
certificate-objection = Objeción { $number }, de { $name } (número { $member }), { $time }
certificate-objection-late = La objeción { $number } llegó después de la primera firma. No está en el certificado y pide una corrección.
certificate-setting = De qué depende el resultado
certificate-keys = Claves de las personas responsables que pueden firmar
certificate-remarks = Lo que hay que saber (en inglés)
certificate-check = Para comprobarlo
certificate-sum = SHA-256 de certificate.json
certificate-place = Esta página
certificate-qr = Esta imagen abre esta página
certificate-pdf = Lo mismo en PDF, en inglés, siempre con los mismos bytes
certificate-other = Otros certificados de esta votación
certificate-other-one = Certificado { $number }

# What letters say, for officers
letters-title = Qué dicen las cartas
letters-intro = Todas las cartas que envía este servidor, con nombres, horas y códigos inventados. Cada persona recibe las suyas en el idioma que figura en la lista de afiliación o, si no, en inglés.
letters-html = La carta «{ $kind }» como la muestran los programas de correo
letters-link = Qué dicen las cartas que se envían
