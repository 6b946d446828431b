import Arrays

/// A function with a pullback of your own: `forward` computes the value, `pullback` gives, from the
/// inputs, the value and the value's cotangent, one cotangent an input (nil for zero).
///
/// What `forward` does is not recorded. The pullback is differentiated in turn where derivatives of
/// higher order are asked for, so write it in tensor operations of its arguments.
///
///     // The straight-through estimator: rounds, and passes the cotangent on.
///     let rounded = withCustomPullback([x], forward: { round($0[0]) }) { _, _, dy in [dy] }
public func withCustomPullback(
  _ inputs: [Tensor], forward: ([Tensor]) -> Tensor,
  pullback:
    @escaping @Sendable (
      _ inputs: [Tensor], _ value: Tensor, _ cotangent: Tensor
    ) -> [Tensor?]
) -> Tensor {
  let value = withoutGradient { forward(inputs.map { $0.detached() }) }
  guard ThreadState.isRecording, inputs.contains(where: { $0.node != nil }) else { return value }
  return record(CustomPrimitive(body: pullback), inputs, value.array)
}

private struct CustomPrimitive: Primitive {
  let body: @Sendable ([Tensor], Tensor, Tensor) -> [Tensor?]

  var name: String { "withCustomPullback" }
  var saved: SavedValues { [.inputs, .output] }

  func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    throw ShapeError(name, "has no shape rule")
  }

  func forward(_ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend) -> NDArray {
    inputs[0].array
  }

  func pullback(_ call: PullbackCall) {
    let cotangents = body(call.inputs, call.output, call.cotangent)
    if cotangents.count != call.inputs.count {
      stop(
        "\(name): the pullback gave \(cotangents.count) cotangents for \(call.inputs.count) inputs")
    }
    for (index, cotangent) in cotangents.enumerated() {
      guard let cotangent else { continue }
      let input = call.inputs[index]
      if cotangent.shape != input.shape || cotangent.dataType != input.dataType {
        stop(
          "\(name): cotangent \(index) is \(cotangent.dataType) \(cotangent.shape), its input "
            + "\(input.dataType) \(input.shape)")
      }
      call.add(cotangent, to: index)
    }
  }
}

/// Computes `function` of `tree` without keeping its intermediate results; they are computed again
/// when the gradient needs them. Trades about one more forward pass for memory (Chen et al., 2016,
/// "Training Deep Nets with Sublinear Memory Cost").
///
/// `function` must be pure: it runs twice and must give the same value. Buffers that it records are
/// recorded by the first run alone.
///
/// A compiled step computes all that depends on `input` again, too, and its plan needs less memory;
/// save where a gradient is differentiated in turn: there it finds that both runs are the same, and
/// keeps what the first one has computed.
///
///     let hidden = withRecomputation(of: block, x) { block, x in block(x) }
public func withRecomputation<Tree: TensorTree>(
  of tree: Tree, _ input: Tensor, _ function: @escaping @Sendable (Tree, Tensor) -> Tensor
) -> Tensor {
  var copy = tree
  let collector = TrackedCollector()
  copy.visitTensors(collector)
  let isTraining = isTraining
  let value = withTraining(isTraining) {
    withoutGradient { function(copy, input.detached()) }
  }
  let inputs = collector.tensors + [input]
  guard ThreadState.isRecording, inputs.contains(where: { $0.node != nil }) else { return value }
  let primitive = RecomputationPrimitive { inputs in
    var tree = tree
    tree.visitTensors(TrackedWriter(inputs))
    return withTraining(isTraining) { function(tree, inputs[inputs.count - 1]) }
  }
  return record(primitive, inputs, value.array)
}

private struct RecomputationPrimitive: Primitive {
  let function: @Sendable ([Tensor]) -> Tensor

  var name: String { "withRecomputation" }

  func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    throw ShapeError(name, "has no shape rule")
  }

  func forward(_ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend) -> NDArray {
    inputs[0].array
  }

  func pullback(_ call: PullbackCall) {
    var inputs = call.inputs
    // In a compiled step, too, the second run begins when its results are needed. Where somebody
    // differentiates further, the tape must lead to the input.
    if !call.isRecorded, let input = inputs.popLast() {
      inputs.append(input.waiting(for: [call.cotangent]))
    }
    let (_, pullback) = valueWithPullback(of: inputs, function)
    for (index, cotangent) in pullback(call.cotangent).enumerated() where call.wants(index) {
      call.add(cotangent, to: index)
    }
  }
}

/// Gathers the parameters of a tree, floating-point ones only, and cuts them off from the graph.
private final class TrackedCollector: TensorVisitor {
  private(set) var tensors: [Tensor] = []

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role == .parameter, tensor.dataType.isFloatingPoint else { return }
    tensors.append(tensor)
    tensor.node = nil
  }
}

/// Puts tensors in the places from which `TrackedCollector` gathered them; buffers lose their slots.
private final class TrackedWriter: TensorVisitor {
  private var tensors: ArraySlice<Tensor>

  init(_ tensors: [Tensor]) { self.tensors = tensors[...] }

  override func visit(_ tensor: inout Tensor, name: String, role: TensorRole) {
    guard role == .parameter, tensor.dataType.isFloatingPoint, let next = tensors.popFirst() else {
      return
    }
    tensor = next
  }

  override func visit(_ buffer: inout Buffer, name: String) {
    buffer.slot = nil
  }
}
