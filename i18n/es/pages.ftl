# Texts of the pages that the server makes.

# Around every page
skip-to-content = Ir al contenido
nav-label = Principal
nav-my-ballots = Mis votaciones
nav-sign-in = Iniciar sesión
nav-sign-out = Cerrar la sesión de { $name }
footer-check = Comprobar un recibo
footer-language = Idioma:
footer-text = Hecho con Scrutineer: cualquiera puede comprobar el recuento y nadie tiene que responder de él a ciegas.
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
problem-conflict-title = No es posible tal como están las cosas
problem-conflict = Lo que pidió no corresponde al estado de la votación. Consulte la página de la votación.
problem-internal-title = Algo falló aquí
problem-internal = Es un fallo del servidor, no suyo. Avise al sindicato e indique el número de abajo.
problem-invalid-title = No se pudo leer
problem-invalid = Lo que se envió no es lo que esta página espera. Vuelva atrás, cargue la página de nuevo e inténtelo otra vez.
