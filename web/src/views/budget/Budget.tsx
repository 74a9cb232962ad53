import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { every } from "../../api/patience";
import { budgetQuery, settingsQuery } from "../../api/queries";
import { Card } from "../../ui/Card";
import { Loaded } from "../../ui/Loaded";
import { Notice } from "../../ui/Notice";
import { View } from "../../ui/View";
import { Alerts } from "./Alerts";
import { BudgetForm } from "./BudgetForm";
import { MonthState } from "./MonthState";
import "./budget.css";

export default function Budget() {
  const budget = useQuery({ ...budgetQuery, refetchInterval: every(60_000) });
  const settings = useQuery(settingsQuery);
  const [done, setDone] = useState<string | null>(null);
  const [isStale, setStale] = useState(false);
  const [form, setForm] = useState(0);
  return (
    <View title="Budget" lead="What calls through MyCoach may cost you in a calendar month (UTC).">
      {done && <Notice tone="good">{done}</Notice>}
      <div className="columns">
        <Loaded query={budget}>{(month) => <MonthState month={month} />}</Loaded>
        <Card title="Settings">
          <Loaded query={settings}>
            {({ body, tag }) => (
              <>
                {isStale && (
                  <Notice tone="warn">
                    The settings have changed since you opened them, perhaps in another tab. These are the values now.
                  </Notice>
                )}
                <BudgetForm
                  key={form}
                  settings={body}
                  tag={tag}
                  onDone={(text) => {
                    setStale(false);
                    setDone(text);
                    setForm(form + 1);
                  }}
                  onStale={() => {
                    setStale(true);
                    setDone(null);
                    void settings.refetch().then(() => setForm(form + 1));
                  }}
                />
              </>
            )}
          </Loaded>
        </Card>
      </div>
      {budget.data && <Alerts month={budget.data} />}
    </View>
  );
}
