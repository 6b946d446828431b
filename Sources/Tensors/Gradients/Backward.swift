import Arrays

/// What a primitive's pullback is given, and where it puts its results.
package struct PullbackCall {
  private let node: Node
  private let pass: UInt64

  init(_ node: Node, pass: UInt64) {
    self.node = node
    self.pass = pass
  }

  /// The operands. Their values are there where the primitive saves them.
  package var inputs: [Tensor] { node.inputs }
  /// The result; its values are there where the primitive saves them.
  package var output: Tensor { Tensor(node.output, node: node) }
  /// The derivative of what is differentiated with respect to the result.
  package var cotangent: Tensor { node.cotangent.unsafelyUnwrapped }
  /// Whether the pullback's own operations are recorded, for a derivative of higher order.
  package var isRecorded: Bool { ThreadState.isRecording }

  /// Whether somebody asked, directly or further on, for the derivative by this operand.
  package func wants(_ index: Int) -> Bool {
    node.inputs[index].node?.neededBy == pass
  }

  /// Adds the cotangent of an operand, of the operand's shape; ignored where nobody wants it.
  package func add(_ cotangent: @autoclosure () -> Tensor, to index: Int) {
    guard let operand = node.inputs[index].node, operand.neededBy == pass else { return }
    operand.accumulate(cotangent())
  }
}

extension Node {
  /// Marks this node where the pass wants the cotangent of an operand.
  func markIfOperandsAreNeeded(by pass: UInt64) {
    if neededBy == pass { return }
    for index in 0..<inputs.count where inputs[index].node?.neededBy == pass {
      neededBy = pass
      return
    }
  }

  /// Adds to `nodes` the operands that pass number `pass` has not met.
  func collectOperands(_ pass: UInt64, notBefore oldest: UInt64, _ nodes: inout [Unmanaged<Node>]) {
    for index in 0..<inputs.count {
      guard let operand = inputs[index].node, operand.pass != pass, operand.number >= oldest else {
        continue
      }
      operand.pass = pass
      nodes.append(.passUnretained(operand))
    }
  }

  func accumulate(_ value: Tensor) {
    if let sum = cotangent {
      cotangent = sum + value
    } else {
      cotangent = value
    }
  }
}

/// One backward pass: reverse accumulation over the recorded graph.
///
/// Only nodes on a path from the result to a wanted leaf are visited; nothing recurses, so the
/// length of a chain is bounded by memory alone.
package enum BackwardPass {
  /// The cotangents of `leaves` for the cotangent `seed` of `result`; nil where the result does not
  /// depend on a leaf.
  ///
  /// The leaves were made one after another, before anything that `result` depends on and that
  /// matters here. Unless `keepsGraph`, what the operations saved is released on the way.
  package static func run(
    from result: Tensor, seed: Tensor, to leaves: [Node], keepsGraph: Bool
  ) -> [Tensor?] {
    guard let root = result.node, let oldest = leaves.first?.number, root.number >= oldest else {
      return Array(repeating: nil, count: leaves.count)
    }
    let nodes = graph(below: root, notBefore: oldest)
    let pass = root.pass
    for leaf in leaves where leaf.pass == pass { leaf.neededBy = pass }
    for index in stride(from: nodes.count - 1, through: 0, by: -1) {
      nodes[index]._withUnsafeGuaranteedRef { $0.markIfOperandsAreNeeded(by: pass) }
    }
    guard root.neededBy == pass else { return Array(repeating: nil, count: leaves.count) }
    root.cotangent = seed
    for node in nodes {
      node._withUnsafeGuaranteedRef { node in
        guard node.neededBy == pass, node.cotangent != nil else { return }
        propagate(through: node, pass)
        if !keepsGraph && node.primitive != nil { node.release() }
      }
    }
    let cotangents = leaves.map(\.cotangent)
    for leaf in leaves { leaf.cotangent = nil }
    return cotangents
  }

  static func propagate(through node: Node, _ pass: UInt64) {
    if let primitive = node.primitive {
      if ThreadState.isWatched { Watch.current?.willPropagate(through: node) }
      primitive.pullback(PullbackCall(node, pass: pass))
      node.cotangent = nil
    } else if let operand = node.inputs.first?.node, operand.neededBy == pass {
      // The leaf of an inner gradient closure stands for a tensor of this one.
      operand.accumulate(node.cotangent.unsafelyUnwrapped)
      node.cotangent = nil
    }
  }

  /// Every node on which `root` depends, no older than `oldest`, newest first. Unretained: the root
  /// holds them all.
  static func graph(below root: Node, notBefore oldest: UInt64) -> [Unmanaged<Node>] {
    let pass = Node.nextNumber()
    root.pass = pass
    var nodes = [Unmanaged.passUnretained(root)]
    var next = 0
    while next < nodes.count {
      nodes[next]._withUnsafeGuaranteedRef { $0.collectOperands(pass, notBefore: oldest, &nodes) }
      next += 1
    }
    nodes.sort { first, second in
      first._withUnsafeGuaranteedRef { first in
        second._withUnsafeGuaranteedRef { first.number > $0.number }
      }
    }
    return nodes
  }
}
