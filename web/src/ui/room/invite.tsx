import { useState } from "preact/hooks";
import type { RoomView } from "../../client/service.ts";
import * as roomCode from "../../wire/room_code.ts";
import { inviteLink } from "../invite.ts";
import { messages } from "../messages/messages.ts";
import { IconButton } from "../parts/button.tsx";
import { Choice } from "../parts/choice.tsx";
import { CopyButton } from "../parts/copy_button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Icon } from "../parts/icon.tsx";
import { Notice } from "../parts/notice.tsx";
import { QrCode } from "./on_demand.ts";
import type { RoomModel } from "./room_model.ts";
import { ShareButton } from "./share_button.tsx";
import { useRoomKey } from "./use_room_key.ts";

interface InviteProps {
  readonly model: RoomModel;
  readonly view: RoomView;
}

export function InviteDialog({ onClose, ...props }: InviteProps & { onClose: () => void }) {
  return (
    <Dialog title={messages.value.tools.invite.title} onClose={onClose} isWide>
      <Invite {...props} />
    </Dialog>
  );
}

/** The link into the room as text and as a QR code, its code, and its key; without the key at first. */
export function Invite({ model, view }: InviteProps) {
  const t = messages.value.tools.invite;
  const [isWithKey, setWithKey] = useState(false);
  const roomKey = useRoomKey(model, view.keyId);
  const isSecret = isWithKey && !!roomKey;
  const link = inviteLink(view.code, isSecret ? roomKey : undefined);
  return (
    <div class="invite">
      {view.isLocked && (
        <Notice icon="lock">
          <p>{t.locked}</p>
        </Notice>
      )}
      <div class="invite-link" data-secret={isSecret || undefined}>
        <div class="qr" data-secret={isSecret || undefined}>
          <QrCode text={link} label={isSecret ? t.secretQr : t.qr} />
        </div>
        <div class="invite-link-text">
          {roomKey && (
            <Choice
              label={t.carry}
              value={isSecret ? "with" : "without"}
              options={(["without", "with"] as const).map((value) => ({ value, label: t[value] }))}
              onChange={(value) => setWithKey(value === "with")}
            />
          )}
          <output class="invite-address" aria-label={isSecret ? t.secretLink : t.link}>
            {link}
          </output>
          <div class="buttons">
            <CopyButton text={link} kind={isSecret ? "brass" : "primary"}>
              {t.copyLink}
            </CopyButton>
            <ShareButton link={link} />
          </div>
          <p class="field-hint" data-secret={isSecret || undefined}>
            {isSecret ? t.withHint : t.withoutHint}
          </p>
        </div>
      </div>
      <dl class="invite-parts">
        <dt>{t.code}</dt>
        <dd>
          <span class="code">{roomCode.show(view.code)}</span>
          <CopyButton kind="quiet" text={roomCode.show(view.code)} />
        </dd>
        <dt data-secret>
          <Icon name="key" size={18} />
          {t.key}
        </dt>
        {roomKey ? <KeyPart roomKey={roomKey} /> : <dd class="soft small">{t.keyUnknown}</dd>}
      </dl>
    </div>
  );
}

function KeyPart({ roomKey }: { roomKey: string }) {
  const t = messages.value.tools.invite;
  const [isShown, setShown] = useState(false);
  return (
    <dd>
      {isShown ? (
        <bdi class="invite-key">{roomKey}</bdi>
      ) : (
        <span class="invite-key" aria-hidden="true">
          ••••••••••••
        </span>
      )}
      <IconButton
        icon={isShown ? "eyeOff" : "eye"}
        label={isShown ? t.hideKey : t.showKey}
        onClick={() => setShown(!isShown)}
      />
      <CopyButton kind="quiet" text={roomKey} />
      <span class="field-hint invite-key-hint">{t.keyHint}</span>
    </dd>
  );
}
