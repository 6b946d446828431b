import Arrays

extension Operation {
  /// Calls the backend's function.
  package func run(on backend: any Backend, _ inputs: [NDArray], into outputs: [NDArray]) {
    switch self {
    case .fill(let value): backend.fill(outputs[0], with: value)
    case .copy: backend.copy(inputs[0], into: outputs[0])
    case .unary(let operation): backend.unary(operation, inputs[0], into: outputs[0])
    case .binary(let operation):
      backend.binary(operation, inputs[0], inputs[1], into: outputs[0])
    case .compare(let operation):
      backend.compare(operation, inputs[0], inputs[1], into: outputs[0])
    case .select: backend.select(inputs[0], inputs[1], inputs[2], into: outputs[0])
    case .reduce(let operation, let axes):
      backend.reduce(operation, inputs[0], axes: axes, into: outputs[0])
    case .argumentReduce(let operation, let axis):
      backend.argumentReduce(operation, inputs[0], axis: axis, into: outputs[0])
    case .scan(let operation, let axis, let isReversed):
      backend.scan(operation, inputs[0], axis: axis, isReversed: isReversed, into: outputs[0])
    case .matmul(let hasBias):
      backend.matmul(inputs[0], inputs[1], bias: hasBias ? inputs[2] : nil, into: outputs[0])
    case .batchedProduct(let scale):
      backend.matmul(inputs[0], inputs[1], bias: nil, into: outputs[0])
      backend.unary(.scale(Double(scale)), outputs[0], into: outputs[0])
    case .convolve(let direction, let geometry, let hasBias):
      backend.convolve(
        direction, inputs[0], inputs[1], bias: hasBias ? inputs[2] : nil, geometry: geometry,
        into: outputs[0])
    case .pool(let operation, let geometry):
      backend.pool(
        operation, inputs[0], geometry: geometry, indices: outputs.count > 1 ? outputs[1] : nil,
        into: outputs[0])
    case .poolBackward(let operation, let geometry):
      backend.poolBackward(
        operation, inputs[0], indices: inputs.count > 1 ? inputs[1] : nil, geometry: geometry,
        into: outputs[0])
    case .rows(let operation): backend.rows(operation, inputs[0], into: outputs[0])
    case .rowsBackward(let operation):
      backend.rowsBackward(operation, result: inputs[0], cotangent: inputs[1], into: outputs[0])
    default: runRemaining(on: backend, inputs, into: outputs)
    }
  }

  private func runRemaining(on backend: any Backend, _ inputs: [NDArray], into outputs: [NDArray]) {
    switch self {
    case .moments(let axes):
      backend.moments(inputs[0], axes: axes, mean: outputs[0], variance: outputs[1])
    case .normalize(let epsilon, let axes, let hasScale, let hasShift):
      backend.normalize(
        inputs[0], mean: inputs[1], variance: inputs[2], scale: hasScale ? inputs[3] : nil,
        shift: hasShift ? inputs[hasScale ? 4 : 3] : nil, epsilon: epsilon, axes: axes,
        into: outputs[0])
    case .normalizeBackward(let epsilon, let axes, let hasScale, let wants):
      var next = outputs[...]
      func output(_ kind: NormalizeCotangents) -> NDArray? {
        wants.contains(kind) ? next.popFirst() : nil
      }
      let (input, scale, shift) = (output(.input), output(.scale), output(.shift))
      backend.normalizeBackward(
        inputs[0], cotangent: inputs[1], mean: inputs[2], variance: inputs[3],
        scale: hasScale ? inputs[4] : nil, epsilon: epsilon, axes: axes, into: input,
        scaleCotangent: scale, shiftCotangent: shift)
    case .take(let axis): backend.take(inputs[0], indices: inputs[1], axis: axis, into: outputs[0])
    case .put(let operation, let axis):
      backend.put(operation, inputs[0], indices: inputs[1], axis: axis, into: outputs[0])
    case .takeAlongAxis(let axis):
      backend.takeAlongAxis(inputs[0], indices: inputs[1], axis: axis, into: outputs[0])
    case .putAlongAxis(let operation, let axis):
      backend.putAlongAxis(operation, inputs[0], indices: inputs[1], axis: axis, into: outputs[0])
    case .sort(let axis, let isDescending, let givesValues, let givesIndices):
      backend.sort(
        inputs[0], axis: axis, isDescending: isDescending, values: givesValues ? outputs[0] : nil,
        indices: givesIndices ? outputs[outputs.count - 1] : nil)
    case .random(let distribution):
      let state = inputs[0].pointer(as: Int64.self)
      backend.random(
        distribution, key: UInt64(bitPattern: state[0]), counter: UInt64(bitPattern: state[1]),
        into: outputs[0])
    case .adam(let update, let hasNumbers, let hasLargest):
      backend.adam(
        update, numbers: hasNumbers ? inputs[1] : nil, parameter: outputs[0], gradient: inputs[0],
        firstMoment: outputs[1], secondMoment: outputs[2], largest: hasLargest ? outputs[3] : nil)
    case .addScaled(let scale): backend.addScaled(inputs[0], scale: scale, to: outputs[0])
    case .wait: break
    case .settleIndices(let check): check.run(inputs[0], into: outputs[0])
    default: stop("compile: an operation without a kernel")
    }
  }
}
