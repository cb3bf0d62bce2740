INSERT INTO "acceptances" ("leg", "call", "at") VALUES
  ('CA545b97492c92b2df5f308b19bd5b280c', 'CA5cc3a6551605a0b4e9c3334f5eb5554c', 1789243440000000);
INSERT INTO "chores" ("name", "done_at", "run_at", "tries", "trouble") VALUES
  ('archive', 1790721240000000, 1790724840000000, 0, '');
INSERT INTO "directories" ("id", "loaded_at", "digest", "document") VALUES
  (1, 1789243440000000, '33c325c2983908e1b1c7f7d3c79e06fc9f0e5a24f50daec20e2ea5f389f34d3a', '{"clients":[{"code":"260417","contacts":[{"email":"standard@un.example.com","name":"Standard Un","phones":["+33199001001","+33639981001"]}],"contracts":[{"entity":"idline","from":"2025-01-01","level":"critique","option_24x7":true,"service":"Accès internet","until":"2028-12-31"},{"entity":"idline","from":"2025-01-01","level":"critique","option_24x7":true,"service":"Hébergement","sites":["Bordeaux"]},{"entity":"novenc","from":"2025-01-01","level":"standard","service":"Serveurs"}],"emails":["un.example.com"],"name":"Client Démo Un","sites":["Bordeaux","Pau"]},{"code":"260425","contacts":[{"email":"accueil@deux.example.com","name":"Accueil Deux","phones":["+33536492001"]}],"contracts":[{"entity":"novenc","from":"2026-01-01","level":"critique","option_24x7":true,"service":"Serveurs","until":"2026-12-31"}],"emails":["deux.example.com"],"name":"Client Démo Deux","sites":["Limoges"]}],"closures":[{"entity":"ozanges","from":"2026-12-28T08:30:00","reason":"Fermeture annuelle","until":"2027-01-02T00:00:00"}],"engineers":[{"code":"ing1","email":"ing1@nvl.example","entities":["idline","novenc"],"name":"Ingénieur 1","phone":"+33639980001"},{"code":"ing2","email":"ing2@nvl.example","entities":["idline","novenc"],"name":"Ingénieur 2","phone":"+33639980002"},{"code":"ing3","email":"ing3@nvl.example","entities":["ozanges","ivelem"],"name":"Ingénieur 3","phone":"+33639980003"},{"code":"ing4","email":"ing4@nvl.example","entities":["ozanges","ivelem","novenc"],"name":"Ingénieur 4","phone":"+33639980004"},{"code":"resp","email":"resp@nvl.example","name":"Responsable Support","phone":"+33639980099"}],"entities":[{"activity":"Opérateur Hébergeur","code":"idline","desk_email":"support@nvl.fr","hours":{"weekdays":["08:30-18:00"]},"key":1,"name":"IDLINE","policy":"standard","rota":"idline","services":["Accès internet","Téléphonie","Hébergement","SMS"],"spoken":"vos services internet, téléphonie, hébergement ou SMS","team":["+33536490101","+33536490102"]},{"activity":"Communication digitale","code":"ozanges","hours":{"weekdays":["08:30-12:15","14:00-17:30"]},"key":2,"name":"OZANGES","policy":"standard","rota":"applications","services":["Site web","MVUE"],"spoken":"votre site web ou MVUE","team":["+33536490201"]},{"activity":"Infrastructure Infogérance","code":"novenc","hours":{"weekdays":["08:30-12:15","14:00-17:30"]},"key":3,"name":"NOVENC","policy":"standard","rota":"infrastructure","services":["Serveurs","Réseau","Sauvegarde","Postes de travail"],"spoken":"votre infrastructure","team":["+33536490301"]},{"activity":"Solutions applicatives","code":"ivelem","hours":{"weekdays":["08:30-12:15","14:00-17:30"]},"key":4,"name":"IVELEM","policy":"standard","rota":"applications","services":["Sage","Cegid","Isialis","Ivepaie","Ededoc"],"spoken":"vos applications de gestion Sage, Cegid, Isialis, Ivepaie ou Ededoc","team":["+33536490401"]}],"escalation_contacts":[{"email":"support-escalade@idline.fr","order":1,"phones":["+33536490901","+33639980901"],"role":"Responsable Support"},{"order":2,"phones":["+33639980902"],"role":"Responsable plateforme d''hébergement","services":["idline/Hébergement"]}],"levels":[{"code":"critique","respond_within":"1h","restore_within":"4h"},{"code":"standard","coverage":"hours","respond_within":"4h","restore_within":"8h"}],"lines":[{"greeting":"Bonjour et bienvenue au support du Groupe NVL.","number":"+33586077777"},{"greeting":"Astreinte du Groupe NVL, bonjour.","kind":"after_hours","number":"+33536490024"}],"openings":[{"entity":"novenc","from":"2027-05-17T08:30:00","until":"2027-05-17T17:30:00"}],"organisation":{"escalation_email":"support-escalade@idline.fr","name":"Groupe NVL","portal_url":"https://portail.nvl.fr","support_email":"support@nvl.fr","ticket_prefix":"NVL"},"policies":[{"code":"standard","steps":[{"after":"0m","by":["sms","voice"],"who":["principal"]},{"after":"2m","by":["voice"],"who":["principal"]},{"after":"6m","by":["sms","voice"],"who":["secours"]},{"after":"12m","by":["sms","voice"],"who":["everyone","resp"]}]}],"rotas":[{"code":"idline","fallback":"resp","layers":[{"engineers":["ing1","ing2"],"every":{"weeks":1},"name":"principal","starts":"2026-01-05T08:30:00"},{"engineers":["ing2","ing1"],"every":{"weeks":1},"name":"secours","starts":"2026-01-05T08:30:00"}],"overrides":[{"engineer":"resp","from":"2026-11-21T18:00:00","layer":"principal","until":"2026-11-22T08:00:00"}]},{"code":"infrastructure","fallback":"resp","layers":[{"engineers":["ing4","ing1","ing2"],"every":{"weeks":1},"name":"principal","starts":"2026-01-05T08:30:00"}]},{"code":"applications","fallback":"resp","layers":[{"engineers":["ing3","ing4"],"every":{"days":1},"name":"principal","starts":"2026-01-05T18:00:00"}]}]}');
INSERT INTO "calls" ("sid", "directory", "line", "caller", "forwarded_from", "started_at", "ended_at", "ticket", "stumbles") VALUES
  ('CA5cc3a6551605a0b4e9c3334f5eb5554c', 1, '+33586077777', '+33639981001', '', 1789243440000000, 1789243440000000, 'NVL-26-00001-8', 0);
INSERT INTO "feeds" ("id", "kind", "code", "digest", "created_at", "revoked_at") VALUES
  (1, 'person', 'ing1', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1789243440000000, NULL);
INSERT INTO "hooks" ("id", "url", "secret", "client", "created_at", "revoked_at") VALUES
  (1, 'https://hooks.example.invalid/line', 'pretend-secret-of-a-test', NULL, 1789243440000000, NULL);
DELETE FROM journal_head;
INSERT INTO "journal_head" ("id", "position", "digest") VALUES
  (1, 13, 'b2d52a393af713a71b4d0d29e7d4907f738be50e44080c0c332dbaa3eecb4151');
INSERT INTO "letters" ("id", "mailbox", "escalation", "key", "digest", "place", "size", "received_at", "kept_at", "sender", "subject", "text", "verified", "verdict", "reason", "ticket", "answered_at", "run_at", "tries", "trouble") VALUES
  (1, 'support@mail.nvl.example/INBOX', false, '<179608495023.27183.18028919955930544539@un.example.com>', '67e772323c9527948b43b7b952ce0354fb48db8367f1ac73ebc779126389c03d', 'letters/67/67e772323c9527948b43b7b952ce0354fb48db8367f1ac73ebc779126389c03d.eml', 309, 1789243440000000, 1789243440000000, 'quelquun@ailleurs.example', 'Panne', 'Rouvrez !', false, 'attached', '', 'NVL-26-00001-8', NULL, NULL, 0, '');
INSERT INTO "attachments" ("id", "letter", "ticket", "name", "type", "size", "digest", "place") VALUES
  (1, 1, 'NVL-26-00001-8', '_.._logo.png', 'image/png', 9, '2323e0e7da7ccf37a49d86b32ddebe5002af71ed9c27aba1a43da7eb918bd438', 'attachments/23/2323e0e7da7ccf37a49d86b32ddebe5002af71ed9c27aba1a43da7eb918bd438');
INSERT INTO "mailboxes" ("name", "validity", "last_uid", "read_at") VALUES
  ('imap.example.invalid/INBOX', 7, 12, 1789243440000000);
INSERT INTO "mails" ("id", "ticket", "message_id", "recipient", "subject", "body", "queued_at", "state", "run_at", "tries", "trouble", "answers", "attached", "sent_at") VALUES
  (1, 'NVL-26-00001-8', 'NVL-26-00001-8.cloture-1-0', 'standard@un.example.com', '[NVL-26-00001-8] Clôture de votre incident : Accès internet', 'Bonjour,

Votre incident NVL-26-00001-8 est clôturé. Voici le bilan.

Ticket : NVL-26-00001-8
Service : Accès internet
Sites : Bordeaux, Pau
Reçu : samedi 12/09/2026 à 22 h 04
Rétabli : samedi 12/09/2026 à 22 h 04
Durée d''interruption : 0 s
Délai de prise en charge : tenu
Délai de rétablissement : tenu

Cause
Fait.

Actions menées
Fait.

Prévention
Fait.

Si ce n''est pas résolu, répondez à ce message dans les 7 jours : le ticket sera rouvert.

Le support de Groupe NVL
Par téléphone : 05 86 07 77 77, touche 5, avec votre référence.
Portail : https://portail.nvl.fr', 1789243440000000, 'sent', NULL, 0, '', '', 'report', 1789243440000000);
INSERT INTO "mails" ("id", "ticket", "message_id", "recipient", "subject", "body", "queued_at", "state", "run_at", "tries", "trouble", "answers", "attached", "sent_at") VALUES
  (2, 'NVL-26-00001-8', 'NVL-26-00001-8.courriel-1', 'support@nvl.fr', '[NVL-26-00001-8] Réponse de Client Démo Un pour IDLINE', 'Ticket : NVL-26-00001-8
De : quelquun@ailleurs.example (expéditeur non vérifié)
Client : Client Démo Un
Service : Accès internet
Objet : Panne

Rouvrez !', 1789243440000000, 'sent', NULL, 0, '', '', '', 1789243440000000);
INSERT INTO "purges" ("id", "at", "what", "subject", "why", "place", "run_at", "tries", "trouble") VALUES
  (1, 1789247040000000, 'audio', 'RE545b97492c92b2df5f308b19bd5b280c', 'demande de la personne', '', NULL, 0, '');
INSERT INTO "purges" ("id", "at", "what", "subject", "why", "place", "run_at", "tries", "trouble") VALUES
  (2, 1789247040000000, 'ticket', 'NVL-26-00001-8', 'demande de la personne', '', NULL, 0, '');
INSERT INTO "replies" ("sid", "at", "answer") VALUES
  ('SM19c887f5fd5e8735d449ba088e83510f', 1789243440000000, 'NVL-26-00001-8 est à vous. Client Démo Un : 06 39 98 10 01.');
INSERT INTO "sequences" ("year", "last") VALUES
  (26, 1);
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (1, '6c118c269c3843e78481eb5e80390e91', 'idline', 'principal', 'ing2', 1788762600000000, 1789367400000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing1"]', 'none', NULL, NULL, NULL, 0, '');
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (2, '693bc88d7bc4493187e6b003dbc06106', 'idline', 'principal', 'ing1', 1789367400000000, 1789972200000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing2"]', 'declined', 1789363800000000, 1789364100000000, 1789364100000000, 0, '');
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (3, '7f24c7a2787543e1a68218e21a4704af', 'idline', 'principal', 'ing2', 1789972200000000, 1790577000000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing1"]', 'none', NULL, NULL, 1789968600000000, 0, '');
INSERT INTO "tickets" ("reference", "received_at", "opened_at", "qualified_at", "kind", "nature", "state", "refusal", "verified", "call", "entity", "client", "service", "sites", "level", "caller", "contact", "site_contact", "keep_informed", "description", "location", "consequences", "acknowledged_by", "acknowledged_at", "due_respond_at", "due_restore_at", "drill", "email", "follows", "erased_at") VALUES
  ('NVL-26-00001-8', 1789243440000000, 1789243440000000, 1789243440000000, 'incident', 'service_loss', 'closed', NULL, true, 'CA5cc3a6551605a0b4e9c3334f5eb5554c', 'idline', '260417', 'Accès internet', '["Bordeaux","Pau"]', 'critique', '+33639981001', '', '', '', '', '', '', 'ing2', 1789243440000000, 1789247040000000, 1789257840000000, false, '', NULL, NULL);
INSERT INTO "changes" ("ticket", "size", "support_level", "manager", "study", "starts", "until", "schedule", "plans") VALUES
  ('NVL-26-00001-8', 'major', NULL, 'Chef de projet 1', 'Deux serveurs à remplacer.', 1790107200000000, 1790114400000000, '', 2);
INSERT INTO "clocks" ("ticket", "run_at", "tries", "trouble") VALUES
  ('NVL-26-00001-8', NULL, 0, '');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (1, 'NVL-26-00001-8', 1789243440000000, 'opened', 'ligne', '{"line":"+33586077777","caller":"+33639981001","entity":"idline","client":"260417","nature":"service_loss","service":"Accès internet","sites":["Bordeaux","Pau"],"call":"CA5cc3a6551605a0b4e9c3334f5eb5554c","salt":"38901ab2a5ea18d3"}', 'deb41897edbba246d88aa7260d3c490bf750320517f2a5c75494adbd37171ee0', '0000000000000000000000000000000000000000000000000000000000000000', '737ef483c0ad59cf5cdfa2d7174515ce5867c7b68db78db758ed34a602009251');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (2, 'NVL-26-00001-8', 1789243440000000, 'paged', 'astreinte', '{"policy":"standard"}', '8a3d140eb1d6981fab87a9644ac6d24fba808a73e0baf62a47b940acf3fc6765', '737ef483c0ad59cf5cdfa2d7174515ce5867c7b68db78db758ed34a602009251', 'ad057c69df27ea01f62b793d0957745c587a9d2e930e36e32e2538f6953469a3');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (3, 'NVL-26-00001-8', 1789243440000000, 'voicemail', 'ligne', '{"recording":"RE545b97492c92b2df5f308b19bd5b280c","seconds":12}', '27dd257501f31fae6c9a786c4fbea17699eea974b0b44a32e4de4ce1d8c974ea', 'ad057c69df27ea01f62b793d0957745c587a9d2e930e36e32e2538f6953469a3', 'fb16a1aa081250e06bd2414a415d70e60e1fbaefa8c43f03174e7dd144afc929');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (4, 'NVL-26-00001-8', 1789243440000000, 'alerting', 'astreinte', '{"engineer":"ing2","channel":"sms","why":"principal (rota)"}', 'ac4846508ea9a2087dcb86c26bd18e28c65ecba7646944d0072a29c51705eebb', 'fb16a1aa081250e06bd2414a415d70e60e1fbaefa8c43f03174e7dd144afc929', 'e017914628839956a120dc407eedf656404cb2dada9a75bf68bfdb87cb302f9c');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (5, 'NVL-26-00001-8', 1789243440000000, 'alerting', 'astreinte', '{"engineer":"ing2","channel":"voice","why":"principal (rota)"}', '05e1b4eea184cc6bc50df65de56f6f7343242238c4aa70b431e048bfb4d70720', 'e017914628839956a120dc407eedf656404cb2dada9a75bf68bfdb87cb302f9c', 'c62429429597075f3c2e3f74e41ffb7a5ac6aec16eee98debecd2135532ad6ea');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (6, 'NVL-26-00001-8', 1789243440000000, 'voicemail_stored', 'ligne', '{"recording":"RE545b97492c92b2df5f308b19bd5b280c","sha256":"5cecb854777c67598906af088b5daed8aa7dec8922fa64d3dbf17037aeaa6932","seconds":12}', 'd5024b26967994416badadc8fce5e5b554b91a382ca02a1a956b14627d675686', 'c62429429597075f3c2e3f74e41ffb7a5ac6aec16eee98debecd2135532ad6ea', 'bf9288f6a27f17276f2f4c35a280fe856702d6163fb39d2704419900ed24ffd3');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (7, 'NVL-26-00001-8', 1789243440000000, 'alerted', 'astreinte', '{"engineer":"ing2","channel":"sms"}', '5b476ef60414620172d5d4bde008ba0a9a5d7b5a666ef6b6d9d65ecac3a4c5a3', 'bf9288f6a27f17276f2f4c35a280fe856702d6163fb39d2704419900ed24ffd3', 'a42c8d8a68a4b80a3b47e73cc0096b52e5f48723b28b1eaa7489e0f6b9dd0f7d');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (8, 'NVL-26-00001-8', 1789243440000000, 'alerted', 'astreinte', '{"engineer":"ing2","channel":"voice"}', '4bf3a95a48c3c25c772f57b05b85be22c8621c556a7a291ae72fdb04c052293d', 'a42c8d8a68a4b80a3b47e73cc0096b52e5f48723b28b1eaa7489e0f6b9dd0f7d', 'f2a1ad8e00f38addfc9f3453f35a3b24ca441cbccb41632e5a186afe734dcc64');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (9, 'NVL-26-00001-8', 1789243440000000, 'acknowledged', 'ing2', '{"by":"sms"}', '8bd50ae5656dc927cbbbff61b154c1a97ab309487506223442d6036d4a96f81b', 'f2a1ad8e00f38addfc9f3453f35a3b24ca441cbccb41632e5a186afe734dcc64', 'bdc4ff53c8573a3c22faf7111412f874c25d86b0ce6973136042cf1df55971a4');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (10, 'NVL-26-00001-8', 1789243440000000, 'restored', 'ing2', '{}', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 'bdc4ff53c8573a3c22faf7111412f874c25d86b0ce6973136042cf1df55971a4', '4417fd7c558f0c4dc07a76bd4a692225f32b4c9a7882a2b28dec2976225e5940');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (11, 'NVL-26-00001-8', 1789243440000000, 'reported', 'ing2', '{"cause":true,"actions":true,"prevention":true}', '7d44213a5df9945089c2c457b6e8839ddb8ed9541a7448bec9b9c36ba422d170', '4417fd7c558f0c4dc07a76bd4a692225f32b4c9a7882a2b28dec2976225e5940', 'ba41d06394512c18dd700320d70d6e5c2b420b739b338d5e53bf712ae88378e1');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (12, 'NVL-26-00001-8', 1789243440000000, 'closed', 'ing2', '{"to":["standard@un.example.com"],"salt":"5f7734cda5636fc1"}', '134bd5a0c477e2629f1ee4a10f884294c23167b21c23d48b9bfa7119736dcfac', 'ba41d06394512c18dd700320d70d6e5c2b420b739b338d5e53bf712ae88378e1', 'ab298b9aa55ef62da734ecc5c0baba798bffeaf197e6270bc5a1706a297d75a4');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (13, 'NVL-26-00001-8', 1789243440000000, 'mail', 'courriel', '{"letter":1,"verified":false,"enclosed":0}', '427192de77f67c736051cfd38a7b907a0b1037ae1a7e4e52d1ae95df4c2b2d75', 'ab298b9aa55ef62da734ecc5c0baba798bffeaf197e6270bc5a1706a297d75a4', 'b2d52a393af713a71b4d0d29e7d4907f738be50e44080c0c332dbaa3eecb4151');
INSERT INTO "deliveries" ("id", "hook", "event", "queued_at", "state", "run_at", "tries", "trouble") VALUES
  (1, 1, 1, 1789243440000000, 'delivered', NULL, 1, '');
INSERT INTO "holds" ("ticket", "who", "why", "since") VALUES
  ('NVL-26-00001-8', 'resp', 'litige', 1789243440000000);
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (1, 'NVL-26-00001-8', NULL, 'waiting', 'sms', '+33639981001', '', 1789244640000000, 'not wanted', NULL, NULL, 0, '');
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (2, 'NVL-26-00001-8', NULL, 'receipt', 'sms', '+33639981001', 'Groupe NVL : votre ticket NVL-26-00001-8 est ouvert (12/09 22:04). Suivi : 05 86 07 77 77, touche 5.', 1789243440000000, 'delivered', 'SMdcbcbaa9a7fe7a87d60bf64c2691b57a', NULL, 0, '');
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (3, 'NVL-26-00001-8', NULL, 'taken', 'sms', '+33639981001', '', 1789243440000000, 'not wanted', NULL, NULL, 0, '');
INSERT INTO "pages" ("id", "ticket", "opened_at", "state", "step", "policy", "run_at", "tries", "trouble", "firing", "fired_at", "since", "acknowledged_by", "acknowledged_at", "reminded_at") VALUES
  (1, 'NVL-26-00001-8', 1789243440000000, 'acknowledged', 0, '{"code":"standard","steps":[{"after":0.0,"who":["principal"],"by":["sms","voice"]},{"after":120.0,"who":["principal"],"by":["voice"]},{"after":360.0,"who":["secours"],"by":["sms","voice"]},{"after":720.0,"who":["everyone","resp"],"by":["sms","voice"]}],"remind_after":null,"repeat_last_every":600.0}', NULL, 0, '', 1, 1789243440000000, 1789243440000000, 'ing2', 1789243440000000, NULL);
INSERT INTO "attempts" ("id", "page", "step", "engineer", "channel", "number", "body", "at", "state", "provider_sid", "error", "firing", "sent_at", "failed_at", "handed_on", "run_at", "tries", "trouble") VALUES
  (1, 1, 0, 'ing2', 'sms', '+33639980002', 'NVL-26-00001-8 IDLINE: perte Accès internet, Client Démo Un (Bordeaux, Pau). 06 39 98 10 01, 12/09 22:04 https://astreinte.example/t/dpky8wg6a8gY1', 1789243440000000, 'delivered', 'SM1a717d2b3f13e89944c36743dca77793', '', 1, 1789243440000000, NULL, NULL, NULL, 0, '');
INSERT INTO "attempts" ("id", "page", "step", "engineer", "channel", "number", "body", "at", "state", "provider_sid", "error", "firing", "sent_at", "failed_at", "handed_on", "run_at", "tries", "trouble") VALUES
  (2, 1, 0, 'ing2', 'voice', '+33639980002', 'https://astreinte.example/webhooks/voice/alert/2', 1789243440000000, 'completed', 'CA782f44d2087f7122ee71274d743700e7', '', 1, 1789243440000000, NULL, NULL, NULL, 0, '');
INSERT INTO "reports" ("ticket", "cause", "actions", "prevention", "written_by", "written_at", "closings", "closed_at", "closed_by", "waived", "restored_at", "gross", "net", "counted", "kept") VALUES
  ('NVL-26-00001-8', 'Fait.', 'Fait.', 'Fait.', 'ing2', 1789243440000000, 1, 1789243440000000, 'ing2', '', 1789243440000000, 0, 0, 0, '{"respond":true,"restore":true}');
INSERT INTO "tokens" ("id", "name", "digest", "scopes", "client", "created_at", "expires_at", "revoked_at") VALUES
  (1, 'supervision', '5b18c969e68798c673c0b2ea857e2a88a83ea6efb5194e32cea61d4db8bafd03', '["rota:read","tickets:read","tickets:write"]', '260417', 1789243440000000, 1789329840000000, NULL);
INSERT INTO "tokens" ("id", "name", "digest", "scopes", "client", "created_at", "expires_at", "revoked_at") VALUES
  (2, 'supervision', '35e0954ccef1dcc55931e31e6928883cbab3fb345cccadac933328059510973e', '["rota:read","tickets:read","tickets:write"]', '260425', 1789243440000000, 1789329840000000, NULL);
INSERT INTO "asked" ("token", "key", "body", "ticket", "at") VALUES
  (1, 'demande-1', '783b453711f61eeb23f87934fc12ee45b30e50cbd42e171298122f7f2063d8a1', 'NVL-26-00001-8', 1789243440000000);
INSERT INTO "turns" ("call", "number", "at", "asked", "event", "keys", "answer", "state") VALUES
  ('CA5cc3a6551605a0b4e9c3334f5eb5554c', 0, 1789243440000000, 'called', 'Rang', '', '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" action="https://astreinte.example/webhooks/voice/pressed?n=1" timeout="5" numDigits="1" finishOnKey="#"><Say language="fr-FR" voice="Polly.Lea-Neural">Bonjour et bienvenue au support du Groupe NVL. Vous souhaitez déclarer un incident ou vous avez besoin d''une assistance sur : vos services internet, téléphonie, hébergement ou SMS, tapez 1. votre site web ou MVUE, tapez 2. votre infrastructure, tapez 3. vos applications de gestion Sage, Cegid, Isialis, Ivepaie ou Ededoc, tapez 4. Pour suivre un ticket, tapez 5.</Say></Gather><Redirect>https://astreinte.example/webhooks/voice/silent?n=1</Redirect></Response>', '{"stage":"menu","turns":1,"client":"260417"}');
INSERT INTO "turns" ("call", "number", "at", "asked", "event", "keys", "answer", "state") VALUES
  ('CA5cc3a6551605a0b4e9c3334f5eb5554c', 1, 1789243440000000, 'menu', 'Pressed', '1', '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" action="https://astreinte.example/webhooks/voice/pressed?n=2" timeout="5" numDigits="1" finishOnKey="#"><Say language="fr-FR" voice="Polly.Lea-Neural">IDLINE est fermé le samedi. Réouverture lundi à 8 heures 30. Pour la perte d''un service, tapez 1. Pour une modification, tapez 2. Pour une demande d''information, tapez 3.</Say></Gather><Redirect>https://astreinte.example/webhooks/voice/silent?n=2</Redirect></Response>', '{"stage":"nature","turns":2,"client":"260417","entity":"idline"}');
INSERT INTO "turns" ("call", "number", "at", "asked", "event", "keys", "answer", "state") VALUES
  ('CA5cc3a6551605a0b4e9c3334f5eb5554c', 2, 1789243440000000, 'nature', 'Pressed', '1', '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" action="https://astreinte.example/webhooks/voice/pressed?n=3" timeout="5" numDigits="1" finishOnKey="#"><Say language="fr-FR" voice="Polly.Lea-Neural">Quel service est perdu ? Accès internet, tapez 1. Hébergement, tapez 2.</Say></Gather><Redirect>https://astreinte.example/webhooks/voice/silent?n=3</Redirect></Response>', '{"stage":"service","turns":3,"client":"260417","entity":"idline","nature":"service_loss"}');
INSERT INTO "turns" ("call", "number", "at", "asked", "event", "keys", "answer", "state") VALUES
  ('CA5cc3a6551605a0b4e9c3334f5eb5554c', 3, 1789243440000000, 'service', 'Pressed', '1', '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" action="https://astreinte.example/webhooks/voice/pressed?n=4" timeout="5" numDigits="1" finishOnKey="#"><Say language="fr-FR" voice="Polly.Lea-Neural">Quel site est touché ? Bordeaux, tapez 1. Pau, tapez 2. Plusieurs sites, tapez 9.</Say></Gather><Redirect>https://astreinte.example/webhooks/voice/silent?n=4</Redirect></Response>', '{"stage":"site","turns":4,"client":"260417","entity":"idline","nature":"service_loss","service":"Accès internet"}');
INSERT INTO "turns" ("call", "number", "at", "asked", "event", "keys", "answer", "state") VALUES
  ('CA5cc3a6551605a0b4e9c3334f5eb5554c', 4, 1789243440000000, 'site', 'Pressed', '9', '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="fr-FR" voice="Polly.Lea-Neural">L''ingénieur d''astreinte est prévenu. Après le bip, dites votre nom, vos coordonnées et le problème. Votre message est enregistré et gardé six mois au plus. Raccrochez ou tapez dièse pour finir.</Say><Record action="https://astreinte.example/webhooks/voice/recorded?n=5" maxLength="300" timeout="8" finishOnKey="#" playBeep="true" trim="do-not-trim" recordingStatusCallback="https://astreinte.example/webhooks/recording#rc=3&amp;rp=all" recordingStatusCallbackEvent="completed absent"/><Redirect>https://astreinte.example/webhooks/voice/recorded?n=5</Redirect></Response>', '{"stage":"message","turns":5,"client":"260417","entity":"idline","nature":"service_loss","service":"Accès internet","sites":["Bordeaux","Pau"]}');
INSERT INTO "turns" ("call", "number", "at", "asked", "event", "keys", "answer", "state") VALUES
  ('CA5cc3a6551605a0b4e9c3334f5eb5554c', 5, 1789243440000000, 'message', 'Recorded', '', '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="fr-FR" voice="Polly.Lea-Neural">Votre référence est N V L, 2 6, 0 0 0 0 1, 8. Je répète : N V L, 2 6, 0 0 0 0 1, 8. Au revoir.</Say><Hangup/></Response>', '{"stage":"over","turns":6,"client":"260417","entity":"idline","nature":"service_loss","service":"Accès internet","sites":["Bordeaux","Pau"]}');
INSERT INTO "voicemails" ("recording", "call", "ticket", "announced_at", "seconds", "state", "place", "size", "sha256", "stored_at", "deleted_at", "run_at", "tries", "trouble") VALUES
  ('RE545b97492c92b2df5f308b19bd5b280c', 'CA5cc3a6551605a0b4e9c3334f5eb5554c', 'NVL-26-00001-8', 1789243440000000, 12, 'done', '2026/09/NVL-26-00001-8_RE545b97492c92b2df5f308b19bd5b280c.wav', 192044, '5cecb854777c67598906af088b5daed8aa7dec8922fa64d3dbf17037aeaa6932', 1789243440000000, 1789243440000000, NULL, 0, '');
