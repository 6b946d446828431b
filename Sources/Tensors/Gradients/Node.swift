import Arrays
import Synchronization

/// One recorded operation, or a leaf: a tensor with respect to which somebody differentiates.
///
/// Nodes point from results to operands. They are numbered in the order of creation, so that a
/// node's number is larger than that of anything it depends on.
package final class Node: @unchecked Sendable {
  let number: UInt64
  /// nil for a leaf.
  let primitive: (any Primitive)?
  /// The operands. A leaf has one where the tensor that it stands for is itself tracked by an outer
  /// gradient closure.
  var inputs: [Tensor]
  var output: NDArray
  /// The place of the parameter that a leaf stands for; nil where it is not part of a larger tree.
  private let place: TensorPlace?

  var cotangent: Tensor?
  /// The backward pass that met this node last, and the last that wants its cotangent. Passes have
  /// numbers because one may run inside another's pullback, among nodes that both can see.
  var pass: UInt64 = 0
  var neededBy: UInt64 = 0

  private static let counter = Atomic<UInt64>(0)

  static func nextNumber() -> UInt64 {
    counter.wrappingAdd(1, ordering: .relaxed).newValue
  }

  init(_ primitive: any Primitive, _ inputs: [Tensor], _ output: NDArray) {
    self.number = Node.nextNumber()
    self.primitive = primitive
    self.inputs = inputs
    self.output = output
    self.place = nil
  }

  /// A leaf that stands for `tensor`.
  init(leaf tensor: Tensor, at place: TensorPlace) {
    self.number = Node.nextNumber()
    self.primitive = nil
    self.inputs =
      tensor.node == nil ? [] : [Tensor(tensor.array.withoutValues(), node: tensor.node)]
    self.output = tensor.array.withoutValues()
    self.place = place.isRoot ? nil : place
  }

  /// The path of the parameter that a leaf stands for, for messages.
  var label: String? { place?.path }

  /// Lets go of the values that were saved for the pullback; the graph stays, without shapes.
  func release() {
    let saved = primitive?.saved ?? []
    if saved.contains(.inputs) {
      for index in 0..<inputs.count { inputs[index].array = Node.released }
    }
    if saved.contains(.output) { output = Node.released }
  }

  private static let released =
    NDArray(uninitialized: Layout(contiguous: []), .float32).withoutValues()

  /// The path of the parameter of which this is a view or a function, and of no other tensor.
  var path: String? {
    var node = self
    while node.label == nil, node.inputs.count == 1, let operand = node.inputs[0].node {
      node = operand
    }
    return node.label
  }

  // A chain of nodes is released one by one: the default release would recurse as deep as the
  // chain is long.
  deinit {
    if inputs.isEmpty { return }
    var pending: [Node] = []
    Node.moveOperands(of: &inputs, to: &pending)
    while var node = pending.popLast() {
      if isKnownUniquelyReferenced(&node) { Node.moveOperands(of: &node.inputs, to: &pending) }
    }
  }

  private static func moveOperands(of inputs: inout [Tensor], to pending: inout [Node]) {
    for index in inputs.indices {
      if let node = inputs[index].node {
        inputs[index].node = nil
        pending.append(node)
      }
    }
  }
}

extension Tensor {
  /// Keeps the shape and the element type alone. What a node remembers of its result, where that
  /// has no values either, is shared.
  mutating func dropValues() {
    if let output = node?.output, !output.hasValues, output.layout === array.layout {
      array = output
    } else {
      array = array.withoutValues()
    }
  }
}
