import { useEffect, useEffectEvent } from "react";
import { answer, api } from "../api/client";

// All tabs share the cookie of App Service: a sign-in in another one changes whom this one calls as. Asks who that is
// whenever the viewer comes here.
export function useCookieUser(isShared: boolean, onUser: (userId: string) => void) {
  const meet = useEffectEvent(onUser);
  useEffect(() => {
    if (!isShared) return;
    const ask = () => {
      if (document.visibilityState === "hidden") return;
      // What is wrong with a failed call, other calls show.
      answer(api.GET("/api/account")).then(
        ({ userId }) => meet(userId),
        () => undefined,
      );
    };
    ask();
    addEventListener("focus", ask);
    document.addEventListener("visibilitychange", ask);
    return () => {
      removeEventListener("focus", ask);
      document.removeEventListener("visibilitychange", ask);
    };
  }, [isShared]);
}
