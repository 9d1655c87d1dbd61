"""Cases of direct speech: language, body, and its quotes with their speakers. All invented."""

CASES = [
    # English
    ("en", "“We are ready,” Ada Brook said.", [("We are ready,", "Ada Brook")]),
    ("en", '"We are ready," said Ada Brook, a pilot.', [("We are ready,", "Ada Brook")]),
    (
        "en",
        "‘We are ready,’ said Ada Brook. ‘It’s the crew’s day.’",
        [("We are ready,", "Ada Brook"), ("It’s the crew’s day.", "Ada Brook")],
    ),
    ("en", "'We are ready,' said Harbour Master Ada Brook.", [("We are ready,", "Ada Brook")]),
    (
        "en",
        "Mayor Ada Brook opened the pier. “It is a good day,” Brook said.",
        [("It is a good day,", "Ada Brook")],
    ),
    (
        "en",
        "Foreign Minister Hasan Oral arrived. Oral said: “Talks will go on.”",
        [("Talks will go on.", "Hasan Oral")],
    ),
    (
        "en",
        "“The pier is safe,” the ministry said in a statement.",
        [("The pier is safe,", "the ministry")],
    ),
    (
        "en",
        "According to Ada Brook, the bridge is “as safe as any house in the town”.",
        [("as safe as any house in the town", "Ada Brook")],
    ),
    (
        "en",
        "She told the panel the bridge was “as safe as any house”. Ada Brook left early.",
        [("as safe as any house", None)],
    ),
    (
        "en",
        "Ada Brook told reporters that the crew “had no time to leave the deck”.",
        [("had no time to leave the deck", "Ada Brook")],
    ),
    (
        "en",
        "Ada Brook laughed. “Nobody asked me that before.”",
        [("Nobody asked me that before.", "Ada Brook")],
    ),
    (
        "en",
        "The fishermen are angry, said Ivo Marlen, who leads them. “They have lost a whole year.”",
        [("They have lost a whole year.", "Ivo Marlen")],
    ),
    ("en", "“No,” Ivo Marlen replied.", [("No,", "Ivo Marlen")]),
    (
        "en",
        "“He said ‘never again’ and left,” Ada Brook recalled.",
        [("He said ‘never again’ and left,", "Ada Brook")],
    ),
    (
        "en",
        "“It was loud,” said Ada Brook, 41, of Carrow. “We ran.”\n\n“Then it was dark.”",
        [
            ("It was loud,", "Ada Brook"),
            ("We ran.", "Ada Brook"),
            ("Then it was dark.", "Ada Brook"),
        ],
    ),
    (
        "en",
        "“It was loud,” Ada Brook said.\n\n“I saw nothing at all,” Ivo Marlen said.",
        [("It was loud,", "Ada Brook"), ("I saw nothing at all,", "Ivo Marlen")],
    ),
    (
        "en",
        "Ada Brook, the harbour master, and Ivo Marlen met. “We agree,” Marlen and Brook said.",
        [("We agree,", "Ivo Marlen")],
    ),
    (
        "en",
        'Ada Brook, who is 6\'2" tall, said: "I hit my head."',
        [("I hit my head.", "Ada Brook")],
    ),
    ("en", "Mrs Brook is 80. Her son Tom Brook said: “She swims.”", [("She swims.", "Tom Brook")]),
    (
        "en",
        "Police said: “A man, 34, has been arrested.”",
        [("A man, 34, has been arrested.", "Police")],
    ),
    (
        "en",
        "“A man has been arrested,” a police spokesman said.",
        [("A man has been arrested,", "a police spokesman")],
    ),
    (
        "en",
        "“It's a start,\" said Dr. Ada Brook of the U.S. Coast Lab.",
        [("It's a start,", "Ada Brook")],
    ),
    (
        "en",
        "“Rates rose,” Ada Brook, chief economist at Carrow Bank, wrote in a note.",
        [("Rates rose,", "Ada Brook")],
    ),
    # German
    ("de", "„Wir sind bereit“, sagte Jana Volkert.", [("Wir sind bereit", "Jana Volkert")]),
    (
        "de",
        "„Wir sind bereit”, sagte die Bürgermeisterin Jana Volkert.",
        [("Wir sind bereit", "Jana Volkert")],
    ),
    (
        "de",
        "»Wir sind bereit«, sagte Jana Volkert am Montag.",
        [("Wir sind bereit", "Jana Volkert")],
    ),
    ("de", "«Wir sind bereit», sagte Jana Volkert.", [("Wir sind bereit", "Jana Volkert")]),
    (
        "de",
        "Jana Volkert leitet den Hafen. „Das ist ein guter Tag“, sagte sie.",
        [("Das ist ein guter Tag", "Jana Volkert")],
    ),
    (
        "de",
        "Es fehle „an allem, was ein Hafen braucht“, so Volkert. Jana Volkert leitet den Hafen.",
        [("an allem, was ein Hafen braucht", "Jana Volkert")],
    ),
    (
        "de",
        "Der Trainer Ivo Marlen war zufrieden. „Wir haben gut gespielt“, sagte der Trainer.",
        [("Wir haben gut gespielt", "Ivo Marlen")],
    ),
    ("de", "Jana Volkert: „Das war knapp.“", [("Das war knapp.", "Jana Volkert")]),
    (
        "de",
        "„Das war knapp“, heißt es aus dem Ministerium. „Sehr knapp sogar.“",
        [("Das war knapp", "Ministerium"), ("Sehr knapp sogar.", "Ministerium")],
    ),
    (
        "de",
        "Volkert sagte der Zeitung: „Der Hafen bleibt offen.“ Jana Volkert ist seit 2019 im Amt.",
        [("Der Hafen bleibt offen.", "Jana Volkert")],
    ),
    (
        "de",
        "„Der Hafen“, sagte Jana Volkert, „bleibt vorerst offen.“",
        [("Der Hafen", "Jana Volkert"), ("bleibt vorerst offen.", "Jana Volkert")],
    ),
    (
        "de",
        "„Es ist gut für uns“, sagte Marlen, der seit 2010 hier lebt. Ivo Marlen ist Bauer.",
        [("Es ist gut für uns", "Ivo Marlen")],
    ),
    (
        "de",
        "„Wir prüfen den Fall“, erklärte ein Sprecher der Polizei.",
        [("Wir prüfen den Fall", "ein Sprecher der Polizei")],
    ),
    # French
    ("fr", "« Nous sommes prêts », a déclaré Anne Lorel.", [("Nous sommes prêts", "Anne Lorel")]),
    (
        "fr",
        "« Nous sommes prêts », déclare la ministre Anne Lorel à la radio.",
        [("Nous sommes prêts", "Anne Lorel")],
    ),
    (
        "fr",
        "Anne Lorel dirige le port. « C’est un bon jour », dit-elle.",
        [("C’est un bon jour", "Anne Lorel")],
    ),
    (
        "fr",
        "Anne Lorel dirige le port. « C’est un bon jour », a-t-elle affirmé.",
        [("C’est un bon jour", "Anne Lorel")],
    ),
    (
        "fr",
        "Selon Anne Lorel, il s’agit « d’un très bon jour pour le port ».",
        [("d’un très bon jour pour le port", "Anne Lorel")],
    ),
    (
        "fr",
        "« Le quai est sûr, assure Anne Lorel, directrice du port. Nous avons tout vérifié. »",
        [
            (
                "Le quai est sûr, assure Anne Lorel, directrice du port. Nous avons tout vérifié.",
                "Anne Lorel",
            )
        ],
    ),
    (
        "fr",
        "— Il est tard, dit Anne Lorel.\n\n— Pas encore, répond Marc Viel.",
        [("Il est tard", "Anne Lorel"), ("Pas encore", "Marc Viel")],
    ),
    (
        "fr",
        "Le ministre de la Santé, Marc Viel, a réagi : « Nous avons agi vite. »",
        [("Nous avons agi vite.", "Marc Viel")],
    ),
    (
        "fr",
        "“Nous sommes prêts”, indique la préfecture dans un communiqué.",
        [("Nous sommes prêts", "la préfecture")],
    ),
    (
        "fr",
        "Anne Lorel préside la région. Le Conseil Régional a voté hier. « Nous avons gagné », "
        "se réjouit-elle.",
        [("Nous avons gagné", "Anne Lorel")],
    ),
    (
        "fr",
        "Le ministre de la Santé Marc Viel a visité le port. « Rien ne presse », "
        "estime le ministre.",
        [("Rien ne presse", "Marc Viel")],
    ),
    # Spanish
    ("es", "“Estamos listos”, dijo Clara Rueda.", [("Estamos listos", "Clara Rueda")]),
    (
        "es",
        "«Estamos listos», ha asegurado la alcaldesa, Clara Rueda, este lunes.",
        [("Estamos listos", "Clara Rueda")],
    ),
    (
        "es",
        "La alcaldesa Clara Rueda abrió el puerto. “Es un buen día”, señaló.",
        [("Es un buen día", "Clara Rueda")],
    ),
    (
        "es",
        "La alcaldesa Clara Rueda abrió el puerto. “Es un buen día para todos”, dijo la alcaldesa.",
        [("Es un buen día para todos", "Clara Rueda")],
    ),
    (
        "es",
        "—Ya es tarde —dijo Clara Rueda—. Vámonos a casa.",
        [("Ya es tarde", "Clara Rueda"), ("Vámonos a casa.", "Clara Rueda")],
    ),
    (
        "es",
        "Según Clara Rueda, el puerto “no volverá a cerrar nunca más”.",
        [("no volverá a cerrar nunca más", "Clara Rueda")],
    ),
    (
        "es",
        "Clara Rueda aseguró que el puerto “no volverá a cerrar nunca más”.",
        [("no volverá a cerrar nunca más", "Clara Rueda")],
    ),
    ("es", "Y agregó: “Nadie nos ha llamado todavía”.", [("Nadie nos ha llamado todavía", None)]),
    (
        "es",
        "“Nadie nos ha llamado”, lamentó el portavoz de la empresa, Iván Soler.",
        [("Nadie nos ha llamado", "Iván Soler")],
    ),
    (
        "es",
        "El presidente de la Junta del Norte, Iván Soler, visitó el puerto. El presidente pidió "
        "calma porque la Guardia Costera trabaja en la zona. “Queremos confiar en todos”, señaló.",
        [("Queremos confiar en todos", "Iván Soler")],
    ),
    (
        "es",
        "El presidente de la Junta del Norte, Iván Soler, visitó el puerto. “Es un fuego raro”, "
        "insistió el presidente norteño.",
        [("Es un fuego raro", "Iván Soler")],
    ),
    # Portuguese
    ("pt", "“Estamos prontos”, disse Marta Seixo.", [("Estamos prontos", "Marta Seixo")]),
    (
        "pt",
        '"Estamos prontos", afirmou o prefeito Rui Tavora, em nota.',
        [("Estamos prontos", "Rui Tavora")],
    ),
    (
        "pt",
        "Marta Seixo dirige o porto. “É um bom dia”, diz ela.",
        [("É um bom dia", "Marta Seixo")],
    ),
    (
        "pt",
        "Marta Seixo dirige o porto. “É um bom dia”, comemora.",
        [("É um bom dia", "Marta Seixo")],
    ),
    (
        "pt",
        "De acordo com Marta Seixo, o porto “não vai fechar nunca mais”.",
        [("não vai fechar nunca mais", "Marta Seixo")],
    ),
    # Italian
    ("it", "«Siamo pronti», ha detto Carla Venier.", [("Siamo pronti", "Carla Venier")]),
    ("it", "“Siamo pronti”, spiega il sindaco Dario Lonati.", [("Siamo pronti", "Dario Lonati")]),
    (
        "it",
        "«Siamo pronti – spiega Carla Venier, sindaca del porto – e non abbiamo paura».",
        [
            (
                "Siamo pronti – spiega Carla Venier, sindaca del porto – e non abbiamo paura",
                "Carla Venier",
            )
        ],
    ),
    (
        "it",
        "Carla Venier ha aggiunto: «Non abbiamo paura».",
        [("Non abbiamo paura", "Carla Venier")],
    ),
    (
        "it",
        "Secondo Carla Venier il porto “non chiuderà mai più di sera”.",
        [("non chiuderà mai più di sera", "Carla Venier")],
    ),
    # Dutch
    ("nl", "“We zijn klaar”, zegt Joke van Dam.", [("We zijn klaar", "Joke van Dam")]),
    (
        "nl",
        "‘We zijn klaar’, zegt burgemeester Joke van Dam. ‘Eindelijk is het zover.’",
        [("We zijn klaar", "Joke van Dam"), ("Eindelijk is het zover.", "Joke van Dam")],
    ),
    (
        "nl",
        "Joke van Dam leidt de haven. “Het is een mooie dag”, zegt ze.",
        [("Het is een mooie dag", "Joke van Dam")],
    ),
    (
        "nl",
        "“Het is een mooie dag”, aldus de woordvoerder.",
        [("Het is een mooie dag", "de woordvoerder")],
    ),
    # Turkish
    (
        "tr",
        "Bakan Selin Ardıç, “Liman bugün açılıyor” dedi.",
        [("Liman bugün açılıyor", "Selin Ardıç")],
    ),
    (
        "tr",
        '"Liman bugün açılıyor" diyen Selin Ardıç, halka teşekkür etti.',
        [("Liman bugün açılıyor", "Selin Ardıç")],
    ),
    (
        "tr",
        "Selin Ardıç şunları söyledi: “Liman bugün açılıyor.”",
        [("Liman bugün açılıyor.", "Selin Ardıç")],
    ),
    # Polish
    ("pl", "„Jesteśmy gotowi” – powiedziała Anna Borsuk.", [("Jesteśmy gotowi", "Anna Borsuk")]),
    ("pl", "– Jesteśmy gotowi – mówi burmistrz Anna Borsuk.", [("Jesteśmy gotowi", "Anna Borsuk")]),
    (
        "pl",
        "– Jesteśmy gotowi – mówi Anna Borsuk. – Port jest bezpieczny.",
        [("Jesteśmy gotowi", "Anna Borsuk"), ("Port jest bezpieczny.", "Anna Borsuk")],
    ),
    (
        "pl",
        "- To dobry dzień dla portu - dodał Jan Wolski.",
        [("To dobry dzień dla portu", "Jan Wolski")],
    ),
    (
        "pl",
        "Anna Borsuk kieruje portem. – To dobry dzień – mówi.",
        [("To dobry dzień", "Anna Borsuk")],
    ),
    # Russian, Ukrainian
    ("ru", "«Мы готовы», — сказал Павел Лисин.", [("Мы готовы", "Павел Лисин")]),
    ("ru", "«Мы готовы», - заявила мэр города Анна Зимина.", [("Мы готовы", "Анна Зимина")]),
    ("ru", '"Мы готовы", - сообщили в министерстве.', [("Мы готовы", None)]),
    (
        "ru",
        "— Мы готовы,— сказал Павел Лисин.— Порт открыт.",
        [("Мы готовы", "Павел Лисин"), ("Порт открыт.", "Павел Лисин")],
    ),
    (
        "ru",
        "По словам Павла Лисина, порт «никогда больше не будет закрыт на ночь».",
        [("никогда больше не будет закрыт на ночь", "Павла Лисина")],
    ),
    (
        "ru",
        "Павел Лисин руководит портом. «Это хороший день», — отметил он.",
        [("Это хороший день", "Павел Лисин")],
    ),
    (
        "ru",
        "«Компания «Север» готова», — отметил П. Лисин. Павел Лисин руководит портом.",
        [("Компания «Север» готова", "Павел Лисин")],
    ),
    ("uk", "«Ми готові», – сказала Олена Береза.", [("Ми готові", "Олена Береза")]),
    (
        "uk",
        'Олена Береза заявила: "Порт відкрито для всіх".',
        [("Порт відкрито для всіх", "Олена Береза")],
    ),
    (
        "ru",
        "На встрече в Самаре Лисин заявил: «Порт открыт для всех». Павел Лисин — мэр.",
        [("Порт открыт для всех", "Павел Лисин")],
    ),
    (
        "uk",
        'На зустрічі в Одесі Береза заявила: "Порт відкрито для всіх". Це Олена Береза.',
        [("Порт відкрито для всіх", "Олена Береза")],
    ),
    # Arabic
    (
        "ar",
        'وقال الوزير سامي الخطيب: "نحن مستعدون لفتح الميناء اليوم أمام الجميع".',
        [("نحن مستعدون لفتح الميناء اليوم أمام الجميع", "سامي الخطيب")],
    ),
    (
        "ar",
        "وأضاف سامي الخطيب أن «الميناء لن يغلق أبوابه مرة أخرى أبدا».",
        [("الميناء لن يغلق أبوابه مرة أخرى أبدا", "سامي الخطيب")],
    ),
    # Chinese, Japanese, Korean
    (
        "zh",
        "林美華在記者會中，對學生說：「港口今天正式開放。」",
        [("港口今天正式開放。", "林美華")],
    ),
    ("zh", "王立民说：“港口今天正式开放。”", [("港口今天正式开放。", "王立民")]),
    (
        "zh",
        "市长王立民表示，“港口今天正式开放，欢迎大家”。",
        [("港口今天正式开放，欢迎大家", "王立民")],
    ),
    ("zh", "林美華指出：「港口今天正式開放。」", [("港口今天正式開放。", "林美華")]),
    ("zh", "“港口今天正式开放。”王立民说。", [("港口今天正式开放。", "王立民")]),
    ("zh", "王立民是市长。他说：“港口今天正式开放。”", [("港口今天正式开放。", "王立民")]),
    (
        "ja",
        "田中一郎市長は「港は今日から開きます」と話した。",
        [("港は今日から開きます", "田中一郎")],
    ),
    (
        "ja",
        "田中さんは「港は今日から開きます」と語った。「とてもうれしい」とも述べた。",
        [("港は今日から開きます", "田中"), ("とてもうれしい", "田中")],
    ),
    (
        "ko",
        '김민수 시장은 "항구는 오늘부터 열린다"고 말했다.',
        [("항구는 오늘부터 열린다", "김민수")],
    ),
    (
        "ko",
        "김민수 시장은 “항구는 오늘부터 열린다”며 “모두 환영한다”고 밝혔다.",
        [("항구는 오늘부터 열린다", "김민수"), ("모두 환영한다", "김민수")],
    ),
    # The north
    ("da", "– Vi er klar, siger borgmester Bo Lind.", [("Vi er klar", "Bo Lind")]),
    ("da", "”Vi er klar til at åbne,” siger Bo Lind.", [("Vi er klar til at åbne,", "Bo Lind")]),
    (
        "no",
        "– Vi er klare, sier ordfører Kari Moe.\n\n– Havna er trygg.",
        [("Vi er klare", "Kari Moe"), ("Havna er trygg.", "Kari Moe")],
    ),
    (
        "no",
        "«Vi er klare til å åpne», skriver Kari Moe i en e-post.",
        [("Vi er klare til å åpne", "Kari Moe")],
    ),
    ("sv", "– Vi är redo, säger Karin Ek.", [("Vi är redo", "Karin Ek")]),
    ("sv", "”Vi är redo att öppna”, säger Karin Ek.", [("Vi är redo att öppna", "Karin Ek")]),
    ("cs", "„Jsme připraveni,“ řekla starostka Jana Malá.", [("Jsme připraveni,", "Jana Malá")]),
    ("fi", "– Olemme valmiita, sanoo Aino Salo.", [("Olemme valmiita", "Aino Salo")]),
    (
        "id",
        '"Kami sudah siap," kata Wali Kota Budi Santoso.',
        [("Kami sudah siap,", "Budi Santoso")],
    ),
]

NO_SPEECH = [
    ("en", "The so-called “peace dividend” never came, Ada Brook said."),
    ("en", "She starred in “The Long Way Home to Carrow” and “A Winter Tale”."),
    ("en", "The ship “Northern Light” left for Carrow."),
    ("en", "He noted the “useful role” that the town had played."),
    ("en", "The word “harbour” means shelter. The 5'10\" sailor and the 6'2\" captain agree."),
    ("en", "The workers' union and the sailors' club met in the '90s."),
    ("de", "Der Begriff „Hafen“ ist alt, sagte Jana Volkert."),
    ("de", "Das Schiff „Nordlicht“ gilt als „kleines Wunder“."),
    ("fr", "Le navire « Belle Aurore » est dit « insubmersible »."),
    ("es", "El barco “Luz del Norte” fue llamado “el milagro”."),
    ("es", "— Tres barcos\n\n— Dos muelles\n\n— Un faro"),
    ("pl", "- trzy statki\n- dwa mola\n- jedna latarnia"),
    ("ru", "Компания «Северный свет» открыла порт «Заря»."),
    ("ja", "新造船「北の光」は「夢の船」と呼ばれる。"),
    ("zh", "“北方之光”号轮船提出“一带一路”倡议。"),
    ("ko", "새 배 '북극광'은 '꿈의 배'로 불린다."),
    ("no", "De har «blåst til Carrow» flere ganger."),
]
