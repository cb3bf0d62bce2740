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
  (1, 12, '534552c65e1a4bd56b8669636bf254d60a6a679c7dd42616320a8c997ebc7a43');
INSERT INTO "letters" ("id", "mailbox", "escalation", "key", "digest", "place", "size", "received_at", "kept_at", "sender", "subject", "text", "verified", "verdict", "reason", "ticket", "answered_at", "run_at", "tries", "trouble", "message_id") VALUES
  (1, 'support@mail.nvl.example/INBOX', false, 'b5d35c58bc2b23ad8579ec6d73fe4b16a9e653e0b82b8f3a928baf7e331aba16', '0d5dcad2a2ae326f60c87affa78288cdab933b5eb68b203aaaa447dd23440f88', 'letters/0d/0d5dcad2a2ae326f60c87affa78288cdab933b5eb68b203aaaa447dd23440f88.eml', 382, 1789243440000000, 1789243440000000, 'mailer-daemon@mx.example', 'rapport', 'Rapport.
Message-ID: <NVL-26-00001-8.cloture-1-0.a684f38f68d06e36@nvl.example>', false, 'bounce', 'rapport : disposition-notification', NULL, NULL, NULL, 0, '', '<b@mx.example>');
INSERT INTO "attachments" ("id", "letter", "ticket", "name", "type", "size", "digest", "place") VALUES
  (1, 1, NULL, 'piece-1', 'message/delivery-status', 72, 'e821feee99517a892add874e00620a740f17bc8c993fd6229862af11c2630c6e', 'attachments/e8/e821feee99517a892add874e00620a740f17bc8c993fd6229862af11c2630c6e');
INSERT INTO "mailboxes" ("name", "validity", "last_uid", "read_at", "earlier") VALUES
  ('imap.example.invalid/INBOX', 7, 12, 1789243440000000, '[]');
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
INSERT INTO "purges" ("id", "at", "what", "subject", "why", "place", "run_at", "tries", "trouble") VALUES
  (1, 1789243440000000, 'audio', 'RE545b97492c92b2df5f308b19bd5b280c', 'essai', '2026/09/NVL-26-00001-8_RE545b97492c92b2df5f308b19bd5b280c.wav', 1789243440000000, 0, '');
INSERT INTO "purges" ("id", "at", "what", "subject", "why", "place", "run_at", "tries", "trouble") VALUES
  (2, 1789243440000000, 'ticket', 'NVL-26-00001-8', 'essai', '', NULL, 0, '');
INSERT INTO "replies" ("sid", "at", "answer") VALUES
  ('SM19c887f5fd5e8735d449ba088e83510f', 1789243440000000, 'NVL-26-00001-8 est à vous. Client Démo Un : 06 39 98 10 01.');
INSERT INTO "sequences" ("year", "last") VALUES
  (26, 1);
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (1, '2ae8fbc1d45a4cc384ecc71f3e76dde8', 'idline', 'principal', 'ing2', 1788762600000000, 1789367400000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing1"]', 'none', NULL, NULL, NULL, 0, '');
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (2, '86b994b3dbe04c99a601e4859693b68c', 'idline', 'principal', 'ing1', 1789367400000000, 1789972200000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing2"]', 'declined', 1789363800000000, 1789364100000000, 1789364100000000, 0, '');
INSERT INTO "shifts" ("id", "uid", "rota", "layer", "engineer", "starts", "until", "published_at", "changed_at", "sequence", "cancelled_at", "takes_over_from", "takeup", "asked_at", "answered_at", "run_at", "tries", "trouble") VALUES
  (3, '81ce0fb72fc746e394566afb3a8d9bab', 'idline', 'principal', 'ing2', 1789972200000000, 1790577000000000, 1789329600000000, 1789329600000000, 0, NULL, '["ing1"]', 'none', NULL, NULL, 1789968600000000, 0, '');
INSERT INTO "tickets" ("reference", "received_at", "opened_at", "qualified_at", "kind", "nature", "state", "refusal", "verified", "call", "entity", "client", "service", "sites", "level", "caller", "contact", "site_contact", "keep_informed", "description", "location", "consequences", "acknowledged_by", "acknowledged_at", "due_respond_at", "due_restore_at", "drill", "email", "follows", "erased_at") VALUES
  ('NVL-26-00001-8', 1789243440000000, 1789243440000000, 1789243440000000, 'incident', 'service_loss', 'closed', NULL, true, 'CA5cc3a6551605a0b4e9c3334f5eb5554c', 'idline', '260417', 'Accès internet', '["Bordeaux","Pau"]', 'critique', '+33639981001', '', '', '', '', '', '', 'ing2', 1789243440000000, 1789247040000000, 1789257840000000, false, '', NULL, NULL);
INSERT INTO "changes" ("ticket", "size", "support_level", "manager", "study", "starts", "until", "schedule", "plans") VALUES
  ('NVL-26-00001-8', NULL, NULL, '', '', NULL, NULL, '', 0);
INSERT INTO "clocks" ("ticket", "run_at", "tries", "trouble") VALUES
  ('NVL-26-00001-8', NULL, 0, '');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (1, 'NVL-26-00001-8', 1789243440000000, 'opened', 'ligne', '{"line":"+33586077777","caller":"+33639981001","entity":"idline","client":"260417","nature":"service_loss","service":"Accès internet","sites":["Bordeaux","Pau"],"call":"CA5cc3a6551605a0b4e9c3334f5eb5554c","salt":"709267e1e4508ac6"}', '4838ff30126ca2211099fef7999b04b34991910d0aee550e266df7774e1ee832', '0000000000000000000000000000000000000000000000000000000000000000', '049310bf1fe5b686351553edbbadaf59533e2462bf1c48877f4f7cf43d7c552c');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (2, 'NVL-26-00001-8', 1789243440000000, 'paged', 'astreinte', '{"policy":"standard"}', '8a3d140eb1d6981fab87a9644ac6d24fba808a73e0baf62a47b940acf3fc6765', '049310bf1fe5b686351553edbbadaf59533e2462bf1c48877f4f7cf43d7c552c', '371f212c9d1905f479cea6f379340ac2d24fc75e4af7679d8e1676c4799a72ca');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (3, 'NVL-26-00001-8', 1789243440000000, 'voicemail', 'ligne', '{"recording":"RE545b97492c92b2df5f308b19bd5b280c","seconds":12}', '27dd257501f31fae6c9a786c4fbea17699eea974b0b44a32e4de4ce1d8c974ea', '371f212c9d1905f479cea6f379340ac2d24fc75e4af7679d8e1676c4799a72ca', '26e4f8240df3859436f32b406a7517de38b7c5a0104ec936a859db25cf0ba0cd');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (4, 'NVL-26-00001-8', 1789243440000000, 'alerting', 'astreinte', '{"engineer":"ing2","channel":"sms","why":"principal (rota)","salt":"9cec027238500398"}', '4986117e27d4d396b0a06adb801188539b1adbdf0771f472ed6ee7abae4b03f7', '26e4f8240df3859436f32b406a7517de38b7c5a0104ec936a859db25cf0ba0cd', 'c080c62912d40f7663b26f3b83ee9e4fa852e63d7f495b0ed21296e199c607fc');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (5, 'NVL-26-00001-8', 1789243440000000, 'alerting', 'astreinte', '{"engineer":"ing2","channel":"voice","why":"principal (rota)","salt":"67fa7ab7bb087c0d"}', '442bc209a93c8ff6b479b2e7803fbbb30a11806c6f9ad62e97e73eb38dc28e40', 'c080c62912d40f7663b26f3b83ee9e4fa852e63d7f495b0ed21296e199c607fc', '9512a5ba79f2061b9ad94b7d75e63e544e5e3599f1a74140e0c755b9e3595080');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (6, 'NVL-26-00001-8', 1789243440000000, 'voicemail_stored', 'ligne', '{"recording":"RE545b97492c92b2df5f308b19bd5b280c","sha256":"5cecb854777c67598906af088b5daed8aa7dec8922fa64d3dbf17037aeaa6932","seconds":12}', 'd5024b26967994416badadc8fce5e5b554b91a382ca02a1a956b14627d675686', '9512a5ba79f2061b9ad94b7d75e63e544e5e3599f1a74140e0c755b9e3595080', 'eac45048b3ca7119c44569b14109be9b9805ccff7ab779ee7ab4df3019e0a828');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (7, 'NVL-26-00001-8', 1789243440000000, 'alerted', 'astreinte', '{"engineer":"ing2","channel":"sms"}', '5b476ef60414620172d5d4bde008ba0a9a5d7b5a666ef6b6d9d65ecac3a4c5a3', 'eac45048b3ca7119c44569b14109be9b9805ccff7ab779ee7ab4df3019e0a828', '79ecdfc5894bc2290be616b9b8cd4b94df74941242dad4d6ad03c144795d9309');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (8, 'NVL-26-00001-8', 1789243440000000, 'alerted', 'astreinte', '{"engineer":"ing2","channel":"voice"}', '4bf3a95a48c3c25c772f57b05b85be22c8621c556a7a291ae72fdb04c052293d', '79ecdfc5894bc2290be616b9b8cd4b94df74941242dad4d6ad03c144795d9309', '3914cffba81976989c018fc89d5082053dfcaa63b0b77d07850bb29bfeeb692a');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (9, 'NVL-26-00001-8', 1789243440000000, 'acknowledged', 'ing2', '{"by":"sms"}', '8bd50ae5656dc927cbbbff61b154c1a97ab309487506223442d6036d4a96f81b', '3914cffba81976989c018fc89d5082053dfcaa63b0b77d07850bb29bfeeb692a', 'd6e6dfc027cffa06fad438bfac7ccdbae153d94f8af6005ed89acc3ea70c3bc3');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (10, 'NVL-26-00001-8', 1789243440000000, 'restored', 'ing2', '{}', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a', 'd6e6dfc027cffa06fad438bfac7ccdbae153d94f8af6005ed89acc3ea70c3bc3', 'c65a814e33bbacecb8f8764d353dfc595a2d7091452d18b7150cdda6e64d7f53');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (11, 'NVL-26-00001-8', 1789243440000000, 'reported', 'ing2', '{"cause":true,"actions":true,"prevention":true}', '7d44213a5df9945089c2c457b6e8839ddb8ed9541a7448bec9b9c36ba422d170', 'c65a814e33bbacecb8f8764d353dfc595a2d7091452d18b7150cdda6e64d7f53', 'aca2dff1f18015c1f942e4adb400a669294fc27d6f304caef817f78fa5c76106');
INSERT INTO "events" ("position", "ticket", "at", "kind", "who", "details", "details_digest", "previous", "digest") VALUES
  (12, 'NVL-26-00001-8', 1789243440000000, 'closed', 'ing2', '{"to":["standard@un.example.com"],"salt":"8fd200e19151f2ae"}', '298b5d79295e1bc174c3c4d5bd9afbd7549db3392c7c8f1463962b3eb6fc4158', 'aca2dff1f18015c1f942e4adb400a669294fc27d6f304caef817f78fa5c76106', '534552c65e1a4bd56b8669636bf254d60a6a679c7dd42616320a8c997ebc7a43');
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
