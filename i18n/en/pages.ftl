# Texts of the pages that the server makes.

# Around every page
skip-to-content = Skip to the content
nav-label = Main
nav-my-ballots = My ballots
nav-sign-in = Sign in
nav-sign-out = Sign out { $name }
footer-check = Check a receipt
footer-language = Language:
footer-text = Made with Scrutineer: anybody can check the count, and nobody has to be trusted with it.
title-error = Error:

# Sign in
session-ended = Please note: your session has ended, because nothing happened for a while. Sign in again to go on.
sign-in-no-password = No password yet, or lost it?
activate-link = Set a password with an activation code
activated = Done: your password is set. Sign in with it now.
member-no-missing = Enter your member number.
password-missing = Enter your password.

# Activation
activate-title = Set your password
activate-intro = Your union sends you an activation code. It works once, for 30 days. If it no longer works, ask your union for a new one.
activation-code = Activation code
activation-code-hint = Capitals, spaces and dashes do not matter.
new-password = New password
new-password-hint = At least { $least } characters. A few words do well.
new-password-again = The new password once more
activate-button = Set password
activate-wrong = Member number and activation code do not fit together, or the code was used, replaced or has ended. Check both; your union can send you a new code.
activation-code-missing = Enter the activation code that your union sent you.
activation-code-mistyped = There is a typing mistake in the activation code. Compare it letter by letter with the letter from your union.
password-too-short = The password is too short: it needs at least { $least } characters.
password-too-long = The password is too long: 1,024 characters at most.
passwords-differ = The two new passwords are not the same. Type the password again.

# When something cannot be done
problem-home = To the first page
problem-id = If you ask for help, give this number: { $id }
problem-not-found-title = There is no such page
problem-not-found = The address may have been copied incompletely, or what was here is no longer shown.
problem-forbidden-title = This page is not for you
problem-forbidden = Only people with a certain role in the union can see it. If you should be one of them, ask your union.
problem-cross-site-title = This came from another site
problem-cross-site = For your safety nothing was done. Open this site itself and try again there.
problem-method-title = This cannot be done here
problem-method = Go back, load the page again and try once more.
problem-wait-title = Please wait a little
problem-wait = There were too many attempts. Nothing was changed.
problem-busy-title = A lot is going on right now
problem-busy = The server has more to do than it can at this moment. Nothing was changed; nothing is lost.
problem-storage-title = This is not possible right now
problem-storage = The server cannot take anything at this moment. Nothing was changed. Tell your union and try again later.
problem-conflict-title = This is not possible as things stand
problem-conflict = What you asked for does not fit the state of the ballot. Look at the ballot's page.
problem-internal-title = Something went wrong here
problem-internal = This is a fault of the server, not yours. Tell your union, and give the number below.
problem-invalid-title = This could not be read
problem-invalid = What was sent is not what this page expects. Go back, load the page again and try once more.
