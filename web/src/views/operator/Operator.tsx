import { View } from "../../ui/View";

export default function Operator() {
  return <View title="Operator">{null}</View>;
}
