# Letters to members: subjects and texts.
