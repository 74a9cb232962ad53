import { View } from "../../ui/View";

export default function Try() {
  return <View title="Try it">{null}</View>;
}
