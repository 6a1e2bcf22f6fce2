# Lo que se imprime: cartas con códigos de votación, papeletas con el código, listas de entrega. Texto llano y corto: una carta tiene una página.

letter-subject = Su código de votación: { $title }
letter-greeting = Hola, { $name }:
letter-what = { $union } llama a votar a sus personas afiliadas. Esta carta le trae su propio código de votación. No se lo enseñe a nadie: nadie del sindicato, ni ninguna otra persona, se lo pedirá nunca.
letter-from-until = Puede votar desde el { $opens } hasta el { $closes }.
letter-from = Puede votar desde el { $opens }. Se le avisará de cuándo termina la votación.
letter-until = Puede votar hasta el { $closes }.
letter-when-told = Se le avisará de cuándo empieza y cuándo termina la votación.
letter-steps = Cómo votar
letter-step-1 = Escanee la imagen con el teléfono, o abra { $site } en un navegador y elija allí esta votación.
letter-step-2 = Entre con su número de afiliación y su contraseña. Si todavía no tiene contraseña, pregunte al contacto indicado arriba.
letter-step-3 = Escriba su código de votación si se le pide. Elija, compruebe y emita su voto.
letter-step-4 = Guarde el recibo que verá al final: con él puede comprobar por su cuenta que su voto está en el registro.
letter-again = Hasta que termine la votación puede volver a votar: solo cuenta su último voto.
letter-lost = ¿Ha perdido el código, o lo ha visto otra persona? Pida uno nuevo antes de votar: { $contact }
letter-stranger = ¿Esta carta no es para usted? Devuélvala al remitente, por favor. Sin la contraseña de esa persona, el código no sirve de nada.
letter-registrar = Este código lo hizo e imprimió una persona registradora. El servidor del sindicato no lo ha visto nunca.
code-label = Su código de votación
code-hint = Da igual escribir mayúsculas o minúsculas; los guiones se pueden omitir.
paper-member-no = Número de afiliación
paper-unit = Unidad
paper-box = Se cuenta en
paper-contact = Preguntas
paper-practice = PRÁCTICA: esta votación no decide nada
slip-keep = Solo para usted: no se lo enseñe a nadie.
slip-until = hasta el { $closes }
slip-site = Escanee la imagen, o abra { $site }.
list-title = Códigos de votación entregados
list-name = Nombre
list-day = Día
list-signature = Firma
list-note = Cada persona firma por el suyo. Los que no se entregaron se devuelven: { $contact }
list-by = Entregados por (nombre, firma)
list-members = { $members ->
    [one] una persona
   *[other] { $members } personas
  }
list-page = Página { $page } de { $pages }
