import { View } from "../../ui/View";

export default function Overview() {
  return <View title="Overview">{null}</View>;
}
