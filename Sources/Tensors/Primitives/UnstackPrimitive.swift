import Arrays

extension Tensor {
  /// The slices along axis 0, without that axis and without copies. Where the tensor is tracked the
  /// cotangents of all slices are stacked at once: a slice's own pullback would fill the whole
  /// tensor's memory for each of them.
  func unstacked() -> [Tensor] {
    let slices = (0..<shape[0]).map { detached()[$0] }
    guard node != nil, ThreadState.isRecording, dataType.isFloatingPoint else { return slices }
    let bundle = Bundle()
    let token = record(UnstackPrimitive(bundle: bundle), [self], Bundle.token)
    return slices.enumerated().map { bundle.member($0, $1.array, of: token) }
  }
}

private struct UnstackPrimitive: RecordedPrimitive {
  let bundle: Bundle

  var name: String { "unstack" }
  var saved: SavedValues { [] }

  func pullback(_ call: PullbackCall) {
    let input = call.inputs[0]
    let cotangents = bundle.take()
    let missing = Tensor.zeros(input.shape.withoutSteps, input.dataType)
    call.add(stack((0..<input.shape[0]).map { cotangents[$0] ?? missing }), to: 0)
  }
}
