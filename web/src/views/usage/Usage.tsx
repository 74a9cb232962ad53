import { View } from "../../ui/View";

export default function Usage() {
  return <View title="Usage">{null}</View>;
}
