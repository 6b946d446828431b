import Arrays

/// The three products of a convolution, each linear in both operands, so that the pullback of each
/// is made of the other two.
///
/// - forward: input [N, C, …], weight [O, C / groups, …] (and bias [O]) → [N, O, …]
/// - backwardInput: cotangent of the output, weight → cotangent of the input; this is also the
///   transposed convolution.
/// - backwardWeight: input, cotangent of the output → cotangent of the weight.
package struct ConvolutionPrimitive: Primitive {
  package let direction: ConvolutionDirection
  package let geometry: ConvolutionGeometry
  /// The shape that the two operands leave open: the input's for `backwardInput`, the weight's for
  /// `backwardWeight`.
  package let target: Shape
  package let name: String

  package init(
    _ direction: ConvolutionDirection, _ geometry: ConvolutionGeometry, target: Shape = [],
    name: String = "convolution"
  ) {
    self.direction = direction
    self.geometry = geometry
    self.target = target
    self.name = name
  }

  package func spec(_ inputs: [Tensor]) throws(ShapeError) -> TensorSpec {
    let (a, b) = (inputs[0], inputs[1])
    try Elementwise.check(a.array, b.array, in: name)
    if !a.dataType.isFloatingPoint {
      throw ShapeError(
        name, "needs floating-point numbers, found \(a.dataType); convert with to(.float32)")
    }
    switch direction {
    case .forward:
      let output = try outputShape(input: a.shape, weight: b.shape)
      if inputs.count == 3, inputs[2].shape.lengths != [b.shape[0]] {
        throw ShapeError(
          name, "bias \(inputs[2].shape) does not fit weight \(b.shape): it takes [\(b.shape[0])]")
      }
      return TensorSpec(output, a.dataType)
    case .backwardInput:
      if try outputShape(input: target, weight: b.shape) != a.shape {
        throw ShapeError(name, "\(a.shape) is not the output of \(target) and weight \(b.shape)")
      }
      return TensorSpec(target, a.dataType)
    case .backwardWeight:
      if try outputShape(input: a.shape, weight: target) != b.shape {
        throw ShapeError(name, "\(b.shape) is not the output of \(a.shape) and weight \(target)")
      }
      return TensorSpec(target, a.dataType)
    }
  }

  private func outputShape(input: Shape, weight: Shape) throws(ShapeError) -> Shape {
    let axes = geometry.stride.count
    guard input.rank == axes + 2, weight.rank == axes + 2 else {
      throw ShapeError(
        name,
        "input \(input) and weight \(weight): both need \(axes + 2) axes, "
          + "[N, C, …] and [O, C / groups, …]")
    }
    guard input[1] == weight[1] * geometry.groups, weight[0] % geometry.groups == 0 else {
      throw ShapeError(
        name,
        "input \(input) does not fit weight \(weight) in \(geometry.groups) "
          + "group\(geometry.groups == 1 ? "" : "s"): it takes [N, \(weight[1] * geometry.groups), "
          + "…]\(weight[0] % geometry.groups == 0 ? "" : ", and groups must divide \(weight[0])")")
    }
    let lengths = geometry.outputLengths(
      input: Array(input.lengths.dropFirst(2)), kernel: Array(weight.lengths.dropFirst(2)))
    if lengths.contains(where: { $0 <= 0 }) {
      throw ShapeError(
        name,
        "the kernel \(Shape(Array(weight.lengths.dropFirst(2)))) does not fit into input "
          + "\(input) with padding \(geometry.paddingLow)")
    }
    return Shape([input[0], weight[0]] + lengths)
  }

  package func forward(
    _ inputs: [Tensor], _ spec: TensorSpec, on backend: any Backend
  ) -> NDArray {
    let isWeight = direction == .backwardWeight
    let layout =
      isWeight || spec.shape.rank != 4
      ? Layout(contiguous: spec.shape) : Layout(channelsLast: spec.shape)
    let result = NDArray(uninitialized: layout, spec.dataType)
    backend.convolve(
      direction, inputs[0].array, inputs[1].array, bias: inputs.count == 3 ? inputs[2].array : nil,
      geometry: geometry, into: result)
    return result
  }

  package func pullback(_ call: PullbackCall) {
    let (a, b, dz) = (call.inputs[0], call.inputs[1], call.cotangent)
    func product(_ direction: ConvolutionDirection, _ target: Shape, _ inputs: [Tensor]) -> Tensor {
      apply(ConvolutionPrimitive(direction, geometry, target: target, name: name), inputs)
    }
    switch direction {
    case .forward:
      call.add(product(.backwardInput, a.shape, [dz, b]), to: 0)
      call.add(product(.backwardWeight, b.shape, [a, dz]), to: 1)
      if call.inputs.count == 3 {
        call.add(dz.sum(along: [0] + Array(2..<dz.rank)), to: 2)
      }
    case .backwardInput:
      call.add(product(.forward, [], [dz, b]), to: 0)
      call.add(product(.backwardWeight, b.shape, [dz, a]), to: 1)
    case .backwardWeight:
      call.add(product(.backwardInput, a.shape, [b, dz]), to: 0)
      call.add(product(.forward, [], [a, dz]), to: 1)
    }
  }
}

extension ConvolutionPrimitive {
  package static let exemplars: [Exemplar] = {
    let plain = ConvolutionGeometry(
      stride: [1, 1], dilation: [1, 1], paddingLow: [0, 0], paddingHigh: [0, 0], groups: 1)
    let grouped = ConvolutionGeometry(
      stride: [2, 1], dilation: [1, 2], paddingLow: [1, 2], paddingHigh: [1, 1], groups: 2)
    let line = ConvolutionGeometry(
      stride: [2], dilation: [1], paddingLow: [1], paddingHigh: [1], groups: 1)
    func three(
      _ label: String, _ geometry: ConvolutionGeometry, _ input: Shape, _ weight: Shape
    ) -> [Exemplar] {
      let output = Shape(
        [input[0], weight[0]]
          + geometry.outputLengths(
            input: Array(input.lengths.dropFirst(2)), kernel: Array(weight.lengths.dropFirst(2))))
      return [
        Exemplar("convolution \(label)", [.init(input), .init(weight), .init([weight[0]])]) {
          apply(ConvolutionPrimitive(.forward, geometry), $0)
        },
        Exemplar("convolution's input \(label)", [.init(output), .init(weight)]) {
          apply(ConvolutionPrimitive(.backwardInput, geometry, target: input), $0)
        },
        Exemplar("convolution's weight \(label)", [.init(input), .init(output)]) {
          apply(ConvolutionPrimitive(.backwardWeight, geometry, target: weight), $0)
        },
      ]
    }
    return three("2D", plain, [2, 3, 4, 5], [2, 3, 3, 2])
      + three("2D strided, dilated, grouped", grouped, [2, 4, 5, 4], [2, 2, 3, 2])
      + three("1D", line, [2, 2, 6], [3, 2, 3])
  }()
}
