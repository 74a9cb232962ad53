import { View } from "../../ui/View";

export default function Budget() {
  return <View title="Budget">{null}</View>;
}
