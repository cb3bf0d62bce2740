INSERT INTO "acceptances" ("leg", "call", "at") VALUES
  ('CA545b97492c92b2df5f308b19bd5b280c', 'CA5cc3a6551605a0b4e9c3334f5eb5554c', 1789243440000000);
INSERT INTO "accounts" ("id", "email", "name", "password", "active", "fs_uniquifier", "roles", "engineer", "client", "entities", "locale", "tf_primary_method", "tf_totp_secret", "tf_last_counter", "mf_recovery_codes", "created_at", "signed_in_at") VALUES
  (1, 'standard@un.example.com', '', '$argon2id$v=19$m=65536,t=3,p=4$5nzvvbe21jrHWGst5dw7pw$HK7BEUwkxlW9RCcYsCuq8D+4sEL0GxcfucQ5lYJb5pU', true, '3b40a093e539fbbf5fcf1acf3941da73', '["client"]', NULL, '260417', '[]', '', NULL, NULL, NULL, '[]', 1789243440000000, NULL);
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
  (1, 18, '6908c325cdc209fb1896687efe4fdb7cb8b124c6976488d1b27d7746e22ce278');
INSERT INTO "knocks" ("id", "digest", "at") VALUES
  (1, 'eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', 1789243440000000);
INSERT INTO "letters" ("id", "mailbox", "escalation", "key", "digest", "place", "size", "received_at", "kept_at", "sender", "subject", "text", "verified", "verdict", "reason", "ticket", "answered_at", "run_at", "tries", "trouble", "message_id") VALUES
  (1, 'support@mail.nvl.example/INBOX', false, 'a08fca35eda3f173d9884af20f4227e43a5bcec699a69eae7de4d17990d9f1dd', '519ddb437d651f8bc33deb221218a7d527d192b278b7a665e0b67a2c9cca51d4', 'letters/51/519ddb437d651f8bc33deb221218a7d527d192b278b7a665e0b67a2c9cca51d4.eml', 685, 1789243440000000, 1789243440000000, 'standard@un.example.com', 'Panne', 'Regardez.', true, 'opened', '', 'NVL-26-00001-8', 1789243440000000, NULL, 0, '', '<179608523311.31247.6687531477694798594@un.example.com>');
INSERT INTO "attachments" ("id", "letter", "ticket", "name", "type", "size", "digest", "place") VALUES
  (1, 1, 'NVL-26-00001-8', 'page.html', 'text/html', 25, '5c140d35dcb46a622e2cedf5ef5cc3638cdffd1c118c9331f8c84669f0b74783', 'attachments/5c/5c140d35dcb46a622e2cedf5ef5cc3638cdffd1c118c9331f8c84669f0b74783');
INSERT INTO "mailboxes" ("name", "validity", "last_uid", "read_at", "earlier") VALUES
  ('imap.example.invalid/INBOX', 7, 12, 1789243440000000, '[]');
INSERT INTO "mails" ("id", "ticket", "message_id", "recipient", "subject", "body", "queued_at", "state", "run_at", "tries", "trouble", "answers", "attached", "sent_at") VALUES
  (1, 'NVL-26-00001-8', 'NVL-26-00001-8.cloture-1-0', 'standard@un.example.com', '[NVL-26-00001-8] Clôture de votre incident : Accès internet', 'Bonjour,

Votre incident NVL-26-00001-8 est clôturé. Voici le bilan.

Ticket : NVL-26-00001-8
Service : Accès internet
Sites : Bordeaux, Pau
Reçu : samedi 12/09/2026 à 22 h 04
Rétabli : samedi 12/09/2026 à 23 h 34
Durée d''interruption : 1 h 30
Délai de prise en charge : tenu
Délai de rétablissement : tenu

Cause
Une fibre coupée.

Actions menées
Fibre réparée.

Prévention
Un second chemin.

Si ce n''est pas résolu, répondez à ce message dans les 7 jours : le ticket sera rouvert.

Le support de Groupe NVL
Par téléphone : 05 86 07 77 77, touche 5, avec votre référence.
Portail : https://portail.nvl.fr', 1789248840000000, 'sent', NULL, 0, '', '', 'report', 1789248840000000);
INSERT INTO "mails" ("id", "ticket", "message_id", "recipient", "subject", "body", "queued_at", "state", "run_at", "tries", "trouble", "answers", "attached", "sent_at") VALUES
  (2, 'NVL-26-00001-8', 'NVL-26-00001-8.warned-restore-1-support', 'support@nvl.fr', '[NVL-26-00001-8] Délai de rétablissement bientôt dépassé pour IDLINE', 'Ticket NVL-26-00001-8 : délai de rétablissement bientôt dépassé (dimanche 20/09 à 01:04).
Client : Client Démo Un
Service : Accès internet
Reçu le 12/09/2026 à 22 h 04', 1789855440000000, 'sent', NULL, 0, '', '', '', 1789855440000000);
INSERT INTO "mails" ("id", "ticket", "message_id", "recipient", "subject", "body", "queued_at", "state", "run_at", "tries", "trouble", "answers", "attached", "sent_at") VALUES
  (3, 'NVL-26-00001-8', 'NVL-26-00001-8.broken-restore-1-hierarchie-0', 'support-escalade@idline.fr', '[NVL-26-00001-8] Délai de rétablissement dépassé pour IDLINE', 'Ticket NVL-26-00001-8 : délai de rétablissement dépassé (dimanche 20/09 à 01:04).
Client : Client Démo Un
Service : Accès internet
Reçu le 12/09/2026 à 22 h 04', 1789859041000000, 'sent', NULL, 0, '', '', '', 1789859041000000);
INSERT INTO "mails" ("id", "ticket", "message_id", "recipient", "subject", "body", "queued_at", "state", "run_at", "tries", "trouble", "answers", "attached", "sent_at") VALUES
  (4, 'NVL-26-00001-8', 'NVL-26-00001-8.broken-restore-1-support', 'support@nvl.fr', '[NVL-26-00001-8] Délai de rétablissement dépassé pour IDLINE', 'Ticket NVL-26-00001-8 : délai de rétablissement dépassé (dimanche 20/09 à 01:04).
Client : Client Démo Un
Service : Accès internet
Reçu le 12/09/2026 à 22 h 04', 1789859041000000, 'sent', NULL, 0, '', '', '', 1789859041000000);
INSERT INTO "mails" ("id", "ticket", "message_id", "recipient", "subject", "body", "queued_at", "state", "run_at", "tries", "trouble", "answers", "attached", "sent_at") VALUES
  (5, 'NVL-26-00001-8', 'NVL-26-00001-8.cloture-2-0', 'standard@un.example.com', '[NVL-26-00001-8] Clôture de votre incident : Accès internet', 'Bonjour,

Votre incident NVL-26-00001-8 est clôturé. Voici le bilan.

Ticket : NVL-26-00001-8
Service : Accès internet
Sites : Bordeaux, Pau
Reçu : samedi 12/09/2026 à 22 h 04
Rétabli : mardi 22/09/2026 à 22 h 34
Durée d''interruption : 73 h 30
Délai de prise en charge : tenu
Délai de rétablissement : dépassé

Cause
Une fibre coupée.

Actions menées
Fibre réparée.

Prévention
Un second chemin.

Si ce n''est pas résolu, répondez à ce message dans les 7 jours : le ticket sera rouvert.

Le support de Groupe NVL
Par téléphone : 05 86 07 77 77, touche 5, avec votre référence.
Portail : https://portail.nvl.fr', 1790109240000000, 'sent', NULL, 0, '', '', 'report', 1790109240000000);
INSERT INTO "purges" ("id", "at", "what", "subject", "why", "place", "run_at", "tries", "trouble") VALUES
  (1, 1789243440000000, 'audio', 'RE545b97492c92b2df5f308b19bd5b280c', 'essai', '2026/09/NVL-26-00001-8_RE545b97492c92b2df5f308b19bd5b280c.wav', 1789243440000000, 0, '');
INSERT INTO "purges" ("id", "at", "what", "subject", "why", "place", "run_at", "tries", "trouble") VALUES
  (2, 1789243440000000, 'ticket', 'NVL-26-00001-8', 'essai', '', NULL, 0, '');
INSERT INTO "replies" ("sid", "at", "answer") VALUES
  ('SM19c887f5fd5e8735d449ba088e83510f', 1789243440000000, 'NVL-26-00001-8 est à vous. Client Démo Un : 06 39 98 10 01.');
INSERT INTO "sequences" ("year", "last") VALUES
  (26, 1);
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (1, 'bbe03361e062482ca0bb877873509e5c', 'idline', 'principal', 'ing2', 1788762600000000, 1789367400000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing1"]', 'none', NULL, NULL, NULL, 0, '');
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (2, '4576e64b06884a5593d486ae76603b95', 'idline', 'principal', 'ing1', 1789367400000000, 1789972200000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing2"]', 'declined', 1789363800000000, 1789364100000000, 1789364100000000, 0, '');
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (3, '2115f83c964d40909956b9fb6cd32b4d', 'idline', 'principal', 'ing2', 1789972200000000, 1790577000000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing1"]', 'none', NULL, NULL, 1789968600000000, 0, '');
INSERT INTO "tickets" ("reference", "received_at", "opened_at", "qualified_at", "kind", "nature", "state", "refusal", "verified", "call", "entity", "client", "service", "sites", "level", "caller", "contact", "site_contact", "keep_informed", "description", "location", "consequences", "acknowledged_by", "acknowledged_at", "due_respond_at", "due_restore_at", "drill", "email", "follows", "erased_at") VALUES
  ('NVL-26-00001-8', 1789243440000000, 1789243440000000, 1789243440000000, 'incident', 'service_loss', 'archived', NULL, true, 'CA5cc3a6551605a0b4e9c3334f5eb5554c', 'idline', '260417', 'Accès internet', '["Bordeaux","Pau"]', 'critique', '+33639981001', '', '', '', '', '', '', 'ing2', 1789243440000000, 1789247040000000, 1789859040000000, false, '', NULL, NULL);
INSERT INTO "changes" ("ticket", "size", "support_level", "manager", "study", "starts", "until", "schedule", "plans") VALUES
  ('NVL-26-00001-8', NULL, NULL, '', '', NULL, NULL, '', 0);
INSERT INTO "clocks" ("ticket", "run_at", "tries", "trouble") VALUES
  ('NVL-26-00001-8', NULL, 0, '');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (1, 'NVL-26-00001-8', 1789243440000000, 'opened', 'ligne', '{"line":"+33586077777","caller":"+33639981001","entity":"idline","client":"260417","nature":"service_loss","service":"Accès internet","sites":["Bordeaux","Pau"],"call":"CA5cc3a6551605a0b4e9c3334f5eb5554c","salt":"90b4f7a7c985fa13"}', 'eda2543e8009f67feaef06d4f577f28ad91ddba3aab00f31179c57463628f2d1', '0000000000000000000000000000000000000000000000000000000000000000', '216b2c9c984a260b292324510ee5e8ac2f319a5645144524a39e33254020d61a');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (2, 'NVL-26-00001-8', 1789243440000000, 'paged', 'astreinte', '{"policy":"standard"}', '8a3d140eb1d6981fab87a9644ac6d24fba808a73e0baf62a47b940acf3fc6765', '216b2c9c984a260b292324510ee5e8ac2f319a5645144524a39e33254020d61a', 'cedf5b28c2354321d0559e9a4dca3227466074ff7170309ee309a2eddebd03e2');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (3, 'NVL-26-00001-8', 1789243440000000, 'voicemail', 'ligne', '{"recording":"RE545b97492c92b2df5f308b19bd5b280c","seconds":12}', '27dd257501f31fae6c9a786c4fbea17699eea974b0b44a32e4de4ce1d8c974ea', 'cedf5b28c2354321d0559e9a4dca3227466074ff7170309ee309a2eddebd03e2', '484d4abbd5af1fa78a754d67667216fbb06432037aa307e5096afc1a0c7b9368');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (4, 'NVL-26-00001-8', 1789243440000000, 'alerting', 'astreinte', '{"engineer":"ing2","channel":"sms","why":"principal (rota)","salt":"c585f725796c3a26"}', 'd4ecca597274880e8e62757b487cbaef168c9b89c60d9051b15762134038b181', '484d4abbd5af1fa78a754d67667216fbb06432037aa307e5096afc1a0c7b9368', '0c2b61dc94d3e570d7e79c2284622b82901c42c94ccb0e90d8e64ef572df15cf');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (5, 'NVL-26-00001-8', 1789243440000000, 'alerting', 'astreinte', '{"engineer":"ing2","channel":"voice","why":"principal (rota)","salt":"88a97cbcbdfe1e48"}', 'f9a3ed72e7212fd4238616d624bce04389a39edf059b247f9fee7ffc8cd06184', '0c2b61dc94d3e570d7e79c2284622b82901c42c94ccb0e90d8e64ef572df15cf', '9cd5c5cd69a808cc8f7b228e4430f6ad37d3fe73920eca22cd430af567c5811e');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (6, 'NVL-26-00001-8', 1789243440000000, 'voicemail_stored', 'ligne', '{"recording":"RE545b97492c92b2df5f308b19bd5b280c","sha256":"5cecb854777c67598906af088b5daed8aa7dec8922fa64d3dbf17037aeaa6932","seconds":12}', 'd5024b26967994416badadc8fce5e5b554b91a382ca02a1a956b14627d675686', '9cd5c5cd69a808cc8f7b228e4430f6ad37d3fe73920eca22cd430af567c5811e', '4d65775dad8ead90da798c8b84f455f53cc17cee89a4c57037dd4b447c5a220b');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (7, 'NVL-26-00001-8', 1789243440000000, 'alerted', 'astreinte', '{"engineer":"ing2","channel":"sms"}', '5b476ef60414620172d5d4bde008ba0a9a5d7b5a666ef6b6d9d65ecac3a4c5a3', '4d65775dad8ead90da798c8b84f455f53cc17cee89a4c57037dd4b447c5a220b', '201e4f3b76f9b8cddf9d80bfc75967bc4e6232af84df3d7e70155c5d53c3a7f4');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (8, 'NVL-26-00001-8', 1789243440000000, 'alerted', 'astreinte', '{"engineer":"ing2","channel":"voice"}', '4bf3a95a48c3c25c772f57b05b85be22c8621c556a7a291ae72fdb04c052293d', '201e4f3b76f9b8cddf9d80bfc75967bc4e6232af84df3d7e70155c5d53c3a7f4', '8b2554aa43681621bf17054fdf701de0424ff6d4f427df837e131deebf73cb51');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (9, 'NVL-26-00001-8', 1789243440000000, 'acknowledged', 'ing2', '{"by":"sms"}', '8bd50ae5656dc927cbbbff61b154c1a97ab309487506223442d6036d4a96f81b', '8b2554aa43681621bf17054fdf701de0424ff6d4f427df837e131deebf73cb51', '4a38b944eba4f064083b8f5e534132b86322458ee5699b272c3bc1b215af464c');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (10, 'NVL-26-00001-8', 1789248840000000, 'restored', 'ing2', '{}', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', '4a38b944eba4f064083b8f5e534132b86322458ee5699b272c3bc1b215af464c', '0affad321afc73b85fed8a5782600c29167e2a1d7d1d3d898f38f16bd7597052');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (11, 'NVL-26-00001-8', 1789248840000000, 'reported', 'ing2', '{"cause":true,"actions":true,"prevention":true}', '7d44213a5df9945089c2c457b6e8839ddb8ed9541a7448bec9b9c36ba422d170', '0affad321afc73b85fed8a5782600c29167e2a1d7d1d3d898f38f16bd7597052', '4aaa4931db2d0315b0d07c9e4021f29cd22369e74b0be2a4f7e3d41bf2bb3d06');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (12, 'NVL-26-00001-8', 1789248840000000, 'closed', 'ing2', '{"to":["standard@un.example.com"],"salt":"d5942eedd45a0a35"}', 'd16eeb69a428b84a917be8f6998c0803c3b63ad14c9f4af8895afa9b10c7bffb', '4aaa4931db2d0315b0d07c9e4021f29cd22369e74b0be2a4f7e3d41bf2bb3d06', 'a9150d3eef3e33d4191fce208015bfe596257e31be0a291402ea18b4dbff13e7');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (13, 'NVL-26-00001-8', 1789850040000000, 'reopened', 'ing2', '{}', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 'a9150d3eef3e33d4191fce208015bfe596257e31be0a291402ea18b4dbff13e7', 'bad04cc4a6e2068b420314fb55febf9efe8106d0c69eec7e52432d7894b55331');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (14, 'NVL-26-00001-8', 1789855440000000, 'warned', 'horloge', '{"clock":"restore","segment":1,"due_at":"2026-09-19T23:04:00+00:00"}', 'df40dbdd8f211fc7929d04789298ff327f93319740abf50092455b14b33479e8', 'bad04cc4a6e2068b420314fb55febf9efe8106d0c69eec7e52432d7894b55331', '7384e3e973e150b7ace4511ae1a246d70ddd40e53ff7d3271a642ffab217cbe7');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (15, 'NVL-26-00001-8', 1789859041000000, 'broken', 'horloge', '{"clock":"restore","segment":1,"due_at":"2026-09-19T23:04:00+00:00"}', 'df40dbdd8f211fc7929d04789298ff327f93319740abf50092455b14b33479e8', '7384e3e973e150b7ace4511ae1a246d70ddd40e53ff7d3271a642ffab217cbe7', '94554e089fa26ef6f8d586580fad0dc75583f5ab8b76457bcb26b0a0a8d181f7');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (16, 'NVL-26-00001-8', 1790109240000000, 'restored', 'ing2', '{}', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', '94554e089fa26ef6f8d586580fad0dc75583f5ab8b76457bcb26b0a0a8d181f7', '5e8a7610ae00ff4cc362eba7b9572ec2b7e10bf6cc5a01195421c2f9069185f3');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (17, 'NVL-26-00001-8', 1790109240000000, 'closed', 'ing2', '{"to":["standard@un.example.com"],"salt":"f09dab650e854118"}', '7399d355c32d5d7a25c32a4dc435584b16306c442e5d25252a36336a07dbcc4b', '5e8a7610ae00ff4cc362eba7b9572ec2b7e10bf6cc5a01195421c2f9069185f3', '6ea1528528c1168804f8be651ff6e4fcbd190b522055c3ee0ef7b0c7428df9a2');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (18, 'NVL-26-00001-8', 1790714040000000, 'archived', 'archiviste', '{}', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', '6ea1528528c1168804f8be651ff6e4fcbd190b522055c3ee0ef7b0c7428df9a2', '6908c325cdc209fb1896687efe4fdb7cb8b124c6976488d1b27d7746e22ce278');
INSERT INTO "deliveries" ("id", "hook", "event", "queued_at", "state", "run_at", "tries", "trouble") VALUES
  (1, 1, 1, 1789243440000000, 'delivered', NULL, 1, '');
INSERT INTO "holds" ("ticket", "who", "why", "since") VALUES
  ('NVL-26-00001-8', 'compte:2', 'litige', 1789243440000000);
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (1, 'NVL-26-00001-8', NULL, 'waiting', 'sms', '+33639981001', '', 1789244640000000, 'not wanted', NULL, NULL, 0, '');
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (2, 'NVL-26-00001-8', NULL, 'receipt', 'sms', '+33639981001', 'Groupe NVL : votre ticket NVL-26-00001-8 est ouvert (12/09 22:04). Suivi : 05 86 07 77 77, touche 5.', 1789243440000000, 'delivered', 'SMdcbcbaa9a7fe7a87d60bf64c2691b57a', NULL, 0, '');
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (3, 'NVL-26-00001-8', NULL, 'taken', 'sms', '+33639981001', 'Groupe NVL : votre ticket NVL-26-00001-8 est pris en charge par l''ingénieur d''astreinte.', 1789243440000000, 'delivered', 'SMb2a7c750c2fc773eb28a64c3f8b95ae9', NULL, 0, '');
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (4, 'NVL-26-00001-8', NULL, 'alarm', 'sms', '+33639980002', 'NVL-26-00001-8 : délai de rétablissement bientot dépassé (dimanche 20/09 à 01:04). Client Démo Un', 1789855440000000, 'delivered', 'SMba1f21e38e98773765e48a5a42a7bbd5', NULL, 0, '');
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (5, 'NVL-26-00001-8', NULL, 'alarm', 'sms', '+33639980901', 'NVL-26-00001-8 : délai de rétablissement dépassé (dimanche 20/09 à 01:04). Client Démo Un', 1789859041000000, 'delivered', 'SM5315eb24c20620dc2dfcbba7febfa0eb', NULL, 0, '');
INSERT INTO "messages" ("id", "ticket", "shift", "kind", "channel", "number", "body", "queued_at", "state", "provider_sid", "run_at", "tries", "trouble") VALUES
  (6, 'NVL-26-00001-8', NULL, 'alarm', 'sms', '+33639980002', 'NVL-26-00001-8 : délai de rétablissement dépassé (dimanche 20/09 à 01:04). Client Démo Un', 1789859041000000, 'delivered', 'SMee3fc139cf9f1cd954b539f32ad8fb15', NULL, 0, '');
INSERT INTO "pages" ("id", "ticket", "opened_at", "state", "step", "policy", "run_at", "tries", "trouble", "firing", "fired_at", "since", "acknowledged_by", "acknowledged_at", "reminded_at") VALUES
  (1, 'NVL-26-00001-8', 1789243440000000, 'acknowledged', 0, '{"code":"standard","steps":[{"after":0.0,"who":["principal"],"by":["sms","voice"]},{"after":120.0,"who":["principal"],"by":["voice"]},{"after":360.0,"who":["secours"],"by":["sms","voice"]},{"after":720.0,"who":["everyone","resp"],"by":["sms","voice"]}],"remind_after":null,"repeat_last_every":600.0}', NULL, 0, '', 1, 1789243440000000, 1789243440000000, 'ing2', 1789243440000000, NULL);
INSERT INTO "attempts" ("id", "page", "step", "engineer", "channel", "number", "body", "at", "state", "provider_sid", "error", "firing", "sent_at", "failed_at", "handed_on", "run_at", "tries", "trouble") VALUES
  (1, 1, 0, 'ing2', 'sms', '+33639980002', 'NVL-26-00001-8 IDLINE: perte Accès internet, Client Démo Un (Bordeaux, Pau). 06 39 98 10 01, 12/09 22:04 https://astreinte.example/t/dpky8wg6a8gY1', 1789243440000000, 'delivered', 'SM1a717d2b3f13e89944c36743dca77793', '', 1, 1789243440000000, NULL, NULL, NULL, 0, '');
INSERT INTO "attempts" ("id", "page", "step", "engineer", "channel", "number", "body", "at", "state", "provider_sid", "error", "firing", "sent_at", "failed_at", "handed_on", "run_at", "tries", "trouble") VALUES
  (2, 1, 0, 'ing2', 'voice', '+33639980002', 'https://astreinte.example/webhooks/voice/alert/2', 1789243440000000, 'completed', 'CA782f44d2087f7122ee71274d743700e7', '', 1, 1789243440000000, NULL, NULL, NULL, 0, '');
INSERT INTO "reports" ("ticket", "cause", "actions", "prevention", "written_by", "written_at", "closings", "closed_at", "closed_by", "waived", "restored_at", "gross", "net", "counted", "kept") VALUES
  ('NVL-26-00001-8', 'Une fibre coupée.', 'Fibre réparée.', 'Un second chemin.', 'ing2', 1789248840000000, 2, 1790109240000000, 'ing2', '', 1790109240000000, 264600, 264600, 264600, '{"respond":true,"restore":false}');
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
