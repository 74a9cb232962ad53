import { View } from "../../ui/View";

export default function Account() {
  return <View title="Account">{null}</View>;
}
