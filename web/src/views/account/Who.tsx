import { useSession } from "../../session/context";
import { Card } from "../../ui/Card";

const words = {
  development: "You are the development user: this program takes every call without a token for the same user.",
  appService: "You are signed in at the platform, App Service, which names you to MyCoach.",
  oidc: "You are signed in at your identity provider. Its token names you to MyCoach.",
  token: "You pasted a token of your identity provider, which names you to MyCoach. Closing the page forgets it.",
};

export function Who({ userId }: { userId: string }) {
  const session = useSession();
  return (
    <Card title="Who you are">
      {session?.name && <p className="who-name">{session.name}</p>}
      {session && <p>{words[session.kind]}</p>}
      <p className="soft">
        MyCoach knows you as <code>{userId}</code>.
      </p>
    </Card>
  );
}
