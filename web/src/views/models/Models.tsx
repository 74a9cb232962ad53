import { View } from "../../ui/View";

export default function Models() {
  return <View title="Models">{null}</View>;
}
