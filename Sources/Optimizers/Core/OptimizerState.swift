import Arrays
import Tensors

/// What an optimizer remembers from step to step: how many it has taken, and some tensors for each
/// parameter.
///
/// It is a tree whose tensors are buffers: `step`, an int64, and `<slot>.<parameter>` for every
/// slot of the rule.
public struct OptimizerState: TensorTree {
  /// The number of steps taken.
  public internal(set) var step: Int {
    get { Int(count.value) }
    set { count = Number(Double(newValue)) }
  }
  /// The same as a compiled step sees it, at each call anew.
  var count: Number = 0
  /// The paths of the parameters, in the order of the walk; empty before the first step.
  public internal(set) var names: [String] = []
  var slotNames: [String] = []
  /// The tensors of each parameter, one a slot.
  package var slots: [[Tensor]] = []

  /// The state before the first step.
  public init() {}

  /// Moves the slots out, so that they can change in place.
  mutating func takeSlots() -> [[Tensor]] {
    let taken = slots
    slots = []
    return taken
  }

  /// The tensor that is kept under a slot's name for the parameter with a path.
  public subscript(slot: String, parameter: String) -> Tensor? {
    guard let row = names.firstIndex(of: parameter), let column = slotNames.firstIndex(of: slot)
    else { return nil }
    return slots[row][column]
  }

  public mutating func visitTensors(_ visitor: TensorVisitor) {
    visitor.visit(&count, name: "step")
    if !visitor.reachesEverything {
      let before = Tensor(step)
      var saved = before
      visitor.visit(&saved, name: "step", role: .buffer)
      if saved.array !== before.array { step = Int(saved.item()) }
    }
    for column in slotNames.indices {
      visitor.with(slotNames[column]) {
        for row in names.indices {
          visitor.visit(&slots[row][column], name: names[row], role: .buffer)
        }
      }
    }
  }
}
