import type { Messages } from "../en.ts";

export const errors: Messages["errors"] = {
  error: { sentence: "Etwas ist schiefgegangen.", nextStep: "Versuch es noch einmal." },
  malformed: {
    sentence: "Der Server hat etwas gesendet, das sich nicht lesen lässt.",
    nextStep: "Lade die Seite neu, um die aktuelle Version zu haben.",
  },
  crypto: {
    sentence: "Eine kryptografische Prüfung ist fehlgeschlagen.",
    nextStep: "Trau der Nachricht nicht; bitte darum, sie noch einmal zu senden.",
  },
  bad_signature: {
    sentence: "Eine Signatur ist ungültig.",
    nextStep: "Trau der Nachricht nicht; bitte darum, sie noch einmal zu senden.",
  },
  decryption_failed: {
    sentence: "Eine Nachricht ließ sich nicht entschlüsseln.",
    nextStep: "Bitte darum, sie noch einmal zu senden.",
  },
  invalid_key: {
    sentence: "Ein kryptografischer Schlüssel ist ungültig.",
    nextStep: "Trau der Nachricht nicht; bitte darum, sie noch einmal zu senden.",
  },
  unsupported_suite: {
    sentence: "Dieser Raum benutzt Kryptografie, die diese Version nicht kennt.",
    nextStep: "Lade die Seite neu, um die aktuelle Version zu haben.",
  },
  mls: {
    sentence: "Die Gruppe hat eine Nachricht abgelehnt.",
    nextStep: "Tritt neu bei, wenn das so weitergeht.",
  },
  mls_validation: {
    sentence: "Eine Nachricht der Gruppe bricht die Regeln des Protokolls.",
    nextStep: "Tritt neu bei, wenn das so weitergeht.",
  },
  wrong_epoch: {
    sentence: "Diese Nachricht gehört zu einem anderen Zustand der Gruppe.",
    nextStep: "Tritt neu bei, wenn das so weitergeht.",
  },
  generation_consumed: {
    sentence: "Diese Nachricht kam ein zweites Mal oder zu spät.",
    nextStep: "Es gibt nichts zu tun.",
  },
  sending_exhausted: {
    sentence: "Der Raum muss erst gespeichert werden, bevor mehr gesendet wird.",
    nextStep: "Warte einen Augenblick und versuch es dann noch einmal.",
  },
  own_message: {
    sentence: "Diese Nachricht wurde von hier gesendet.",
    nextStep: "Es gibt nichts zu tun.",
  },
  not_a_member: {
    sentence: "Du bist nicht mehr in diesem Raum.",
    nextStep: "Tritt mit dem Raumcode und dem aktuellen Raumschlüssel neu bei.",
  },
  refused: {
    sentence: "Der Server hat die Anfrage abgelehnt.",
    nextStep: "Versuch es noch einmal.",
  },
  malformed_request: {
    sentence: "Der Server hat die Anfrage nicht verstanden.",
    nextStep: "Lade die Seite neu, um die aktuelle Version zu haben.",
  },
  unknown_event: {
    sentence: "Der Server kennt diese Anfrage nicht.",
    nextStep: "Lade die Seite neu, um die aktuelle Version zu haben.",
  },
  unsupported_version: {
    sentence: "Dieser Server spricht eine andere Version des Protokolls.",
    nextStep: "Lade die Seite neu, um die aktuelle Version zu haben.",
  },
  wrong_room_key: {
    sentence: "Falscher Raumschlüssel, oder diesen Raum gibt es nicht.",
    nextStep: "Vergleiche Code und Schlüssel mit denen, die du bekommen hast.",
  },
  not_admitted: {
    sentence: "Diese Verbindung ist nicht im Raum.",
    nextStep: "Lade die Seite neu.",
  },
  epoch_conflict: {
    sentence: "Jemand anderes hat den Raum im selben Augenblick geändert.",
    nextStep: "Warte einen Augenblick: Es wird von selbst noch einmal versucht.",
  },
  stale_epoch: {
    sentence: "Der Raum hat sich geändert, bevor die Nachricht ankam.",
    nextStep: "Warte einen Augenblick: Sie wird von selbst noch einmal gesendet.",
  },
  too_large: {
    sentence: "Das ist zu groß zum Senden.",
    nextStep: "Sende es in kleineren Teilen.",
  },
  rate_limited: {
    sentence: "Zu viele Versuche in kurzer Zeit.",
    nextStep: "Warte eine Minute und versuch es dann noch einmal.",
  },
  room_full: {
    sentence: "Dieser Raum ist voll.",
    nextStep: "Bitte jemanden im Raum, Platz zu machen.",
  },
  room_locked: {
    sentence: "Dieser Raum ist abgeschlossen: Niemand kommt neu hinein.",
    nextStep:
      "Bitte jemanden mit Gastgeberrecht, ihn aufzuschließen, und versuch es dann noch einmal.",
  },
  too_many_rooms: {
    sentence: "Dieser Server nimmt keine weiteren Räume an.",
    nextStep: "Frag, wer ihn betreibt, oder nimm einen anderen Server.",
  },
  too_many_connections: {
    sentence: "Dieser Server nimmt keine weiteren Verbindungen an.",
    nextStep:
      "Schließ andere Fenster, die ihn benutzen, oder versuch es in einer Minute noch einmal.",
  },
  connection_full: {
    sentence: "Diese Verbindung ist in so vielen Räumen, wie sie sein darf.",
    nextStep: "Öffne den Raum in einem anderen Fenster.",
  },
  room_closed: {
    sentence: "Dieser Raum wurde geschlossen.",
    nextStep: "Leg einen neuen Raum an.",
  },
  storage_full: {
    sentence: "Die Festplatte des Servers ist voll; nichts wurde gespeichert.",
    nextStep: "Es wird von selbst noch einmal gesendet. Sag dem Betreiber des Servers Bescheid.",
  },
  relay_fault: {
    sentence: "Der Server hat versagt.",
    nextStep: "Versuch es noch einmal; geht es so weiter, sag dem Betreiber Bescheid.",
  },
  relay_unreachable: {
    sentence: "Der Server antwortet nicht.",
    nextStep: "Prüf deine Verbindung und versuch es dann noch einmal.",
  },
  worker_failed: {
    sentence: "Diese Seite hat aufgehört zu arbeiten.",
    nextStep: "Lade sie neu: Nichts, was gespeichert war, geht verloren.",
  },
  relay_inconsistent: {
    sentence:
      "Was der Server von diesem Raum zeigt, passt nicht zusammen: Etwas wurde ausgelassen, geändert oder zurückgenommen.",
    nextStep:
      "Vergleiche den Sicherheitscode auf einem anderen Weg mit den anderen, und sage es dem Betreiber.",
  },
  ghost_member: {
    sentence: "Der Server zeigt ein Mitglied, das den Raumschlüssel nicht kennt.",
    nextStep: "Benutze diesen Raum auf diesem Server nicht.",
  },
  policy_violation: {
    sentence: "Eine Änderung am Raum wurde abgelehnt: Wer sie sandte, darf das nicht.",
    nextStep: "Sag es dem Gastgeber des Raums.",
  },
  room_broken: {
    sentence: "Jemand im Raum hat eine Änderung gesandt, der niemand folgen kann.",
    nextStep: "Sie wird zurückgenommen, sobald ein Gastgeber online ist; was du schreibst, wartet.",
  },
  change_undone: {
    sentence:
      "Ein Mitglied sandte eine Änderung, der niemand folgen kann. Sie ist zurückgenommen, das Mitglied entfernt.",
    nextStep: "Ändere den Raumschlüssel, damit nicht wiederkommt, wer sie sandte.",
  },
  room_key_needed: {
    sentence: "Der Raumschlüssel wurde geändert, und dieses Gerät kennt den neuen nicht.",
    nextStep: "Frag jemanden im Raum nach dem neuen Raumschlüssel und gib ihn hier ein.",
  },
  room_key_unacceptable: {
    sentence: "Dieser Raumschlüssel geht nicht.",
    nextStep: "Lass einen neuen machen oder gib mindestens acht Zeichen ein.",
  },
  exchange_refused: {
    sentence: "Mit diesen Zahlen geht kein sicherer Austausch.",
    nextStep: "Wähle andere Zahlen oder eine der benannten Gruppen.",
  },
  state: {
    sentence: "Was dieser Browser vom Raum aufbewahrt, ist nicht zu gebrauchen.",
    nextStep: "Vergiss den Raum hier und tritt mit Code und Schlüssel neu bei.",
  },
  state_corrupt: {
    sentence: "Was dieser Browser vom Raum aufbewahrt, ist beschädigt.",
    nextStep: "Vergiss den Raum hier und tritt mit Code und Schlüssel neu bei.",
  },
  state_locked: {
    sentence: "Dieser Raum ist in einem anderen Fenster offen.",
    nextStep: "Schließ ihn dort zuerst.",
  },
  state_full: {
    sentence: "Auf diesem Gerät ist kein Platz mehr; nichts wurde gesendet.",
    nextStep: "Schaff Platz und versuch es dann noch einmal.",
  },
};
