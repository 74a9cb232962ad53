import { View } from "../../ui/View";

export default function Tokens() {
  return <View title="Tokens">{null}</View>;
}
