import { View } from "../../ui/View";

export default function Receipt() {
  return <View title="Receipt">{null}</View>;
}
