import { View } from "../../ui/View";

export default function Keys() {
  return <View title="Keys">{null}</View>;
}
