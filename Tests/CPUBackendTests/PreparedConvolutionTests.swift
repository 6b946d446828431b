import Arrays
import CPUBackend
import Synchronization
import Testing

extension ConvolutionCase {
  /// Sizes at which images are cut into rows, the batch into parts of two lengths, or neither.
  static let prepared =
    all + [
      ConvolutionCase(
        "rows", batch: 1, channels: (32, 32), input: [17, 19], kernel: [3, 3], low: 1),
      ConvolutionCase(
        "rows of two images", batch: 2, channels: (24, 40), input: [33, 20], kernel: [5, 3],
        stride: 2, low: 2, high: 1),
      ConvolutionCase(
        "rows, dilated and grouped", batch: 1, channels: (32, 32), input: [40, 40],
        kernel: [3, 3], dilation: 3, low: 3, groups: 2),
      ConvolutionCase(
        "rows under wide padding", batch: 1, channels: (32, 32), input: [20, 20], kernel: [3, 3],
        low: 4),
      ConvolutionCase(
        "rows on one axis", batch: 1, channels: (64, 64), input: [300], kernel: [5], low: 2),
      ConvolutionCase(
        "rows on three axes", batch: 1, channels: (16, 16), input: [9, 10, 11],
        kernel: [3, 3, 3], low: 1),
      ConvolutionCase(
        "strided to a point", batch: 40, channels: (16, 32), input: [32, 32], kernel: [1, 1],
        stride: 2),
    ]

  func description(
    _ direction: ConvolutionDirection, _ xLayout: ActivationLayout = .channelsLast,
    _ yLayout: ActivationLayout = .channelsLast, form: WeightForm = .plain
  ) -> ConvolutionDescription {
    ConvolutionDescription(
      direction, x: x.lengths, weight: weight.lengths, y: y.lengths, geometry: geometry,
      xLayout: xLayout, yLayout: yLayout, weightForm: form)
  }

  /// Multiplications that one number of a direction's result is a sum of.
  func terms(_ direction: ConvolutionDirection) -> Int {
    let taps = kernel.reduce(1, *)
    return switch direction {
    case .forward: inputChannels / geometry.groups * taps
    case .backwardInput: outputChannels / geometry.groups * taps
    case .backwardWeight: batch * y[2...].reduce(1, *)
    }
  }
}

/// The arrays of one case, the result among them with NaN in every place.
private struct Trial {
  let x: NDArray
  let weight: NDArray
  let y: NDArray
  let bias: NDArray
  let residual: NDArray
  let description: ConvolutionDescription
  /// By the definition.
  let expected: [Double]

  init(_ c: ConvolutionCase, _ description: ConvolutionDescription) {
    func layout(_ shape: Shape, _ order: ActivationLayout) -> Layout {
      order == .channelsLast ? Layout(channelsLast: shape) : Layout(contiguous: shape)
    }
    x = array(layout(c.x, description.xLayout), seed: 1)
    weight = array(Layout(contiguous: c.weight), seed: 2)
    y = array(layout(c.y, description.yLayout), seed: 3)
    bias = array(Layout(contiguous: [c.outputChannels]), seed: 4)
    residual = array(layout(c.y, description.yLayout), seed: 5)
    self.description = description
    let all = products(c, x: x.elements, weight: weight.elements, y: y.elements)
    switch description.direction {
    case .forward:
      let places = c.y[2...].reduce(1, *)
      let (biases, residuals) = (bias.elements, residual.elements)
      expected = all.y.enumerated().map { index, sum in
        var value = sum
        if description.hasBias { value += biases[index / places % c.outputChannels] }
        if description.hasResidual { value += residuals[index] }
        return description.hasReLU ? max(value, 0) : value
      }
    case .backwardInput: expected = all.x
    case .backwardWeight: expected = all.weight
    }
    for place in 0..<result.count { result.set(place, .nan) }
  }

  var result: NDArray {
    switch description.direction {
    case .forward: y
    case .backwardInput: x
    case .backwardWeight: weight
    }
  }

  /// The result, through weights in the form that the description asks for.
  func run(
    _ convolution: PreparedConvolution, prologue: ((ConvolutionPart) -> Void)? = nil,
    epilogue: ((ConvolutionPart) -> Void)? = nil
  ) -> [Double] {
    let scratch = Storage(byteCount: convolution.scratchByteCount)
    let arranged = Storage(byteCount: convolution.preparedWeightByteCount)
    let isArranged = description.weightForm == .prepared
    let plain = weight.pointer(as: Float.self)
    if isArranged { convolution.arrange(weight: plain, into: arranged.pointer) }
    withExtendedLifetime((self, scratch, arranged)) {
      convolution.run(
        ConvolutionOperands(
          x: x.rawPointer, weight: isArranged ? arranged.pointer : weight.rawPointer,
          y: y.rawPointer, bias: description.hasBias ? .init(bias.pointer(as: Float.self)) : nil,
          residual: description.hasResidual ? .init(residual.rawPointer) : nil),
        scratch: scratch.pointer, prologue: prologue, epilogue: epilogue)
      if isArranged && description.direction == .backwardWeight {
        convolution.restore(weight: arranged.pointer, into: plain)
      }
    }
    return result.elements
  }
}

@Suite(.onEveryProcessor) struct PreparedConvolutionTests {
  @Test(arguments: ConvolutionCase.prepared, ConvolutionDirection.allCases)
  func everyLayoutAndForm(_ c: ConvolutionCase, _ direction: ConvolutionDirection) throws {
    for (xLayout, yLayout, form) in [
      (ActivationLayout.channelsLast, ActivationLayout.channelsLast, WeightForm.plain),
      (.channelsLast, .channelsLast, .prepared), (.rowMajor, .rowMajor, .prepared),
      (.rowMajor, .channelsLast, .plain), (.channelsLast, .rowMajor, .plain),
    ] {
      let trial = Trial(c, c.description(direction, xLayout, yLayout, form: form))
      let convolution = try #require(PreparedConvolution(trial.description))
      #expect(
        largestDifference(trial.run(convolution), trial.expected)
          <= tolerance(.float32, terms: c.terms(direction)), "\(xLayout), \(yLayout), \(form)")
    }
  }

  @Test(arguments: ConvolutionCase.prepared, [1, 2, 4, 7])
  func whatFollowsTheForwardProduct(_ c: ConvolutionCase, _ bits: Int) throws {
    for layout in bits == 7 ? ActivationLayout.allCases : [.channelsLast] {
      var description = c.description(.forward, layout, layout)
      description.hasBias = bits & 1 != 0
      description.hasResidual = bits & 2 != 0
      description.hasReLU = bits & 4 != 0
      let trial = Trial(c, description)
      let convolution = try #require(PreparedConvolution(description))
      #expect(
        largestDifference(trial.run(convolution), trial.expected)
          <= tolerance(.float32, terms: c.terms(.forward) + 2), "\(layout)")
    }
  }

  @Test(arguments: ConvolutionCase.prepared, ConvolutionDirection.allCases)
  func sameBitsForEveryNumberOfThreads(
    _ c: ConvolutionCase, _ direction: ConvolutionDirection
  ) throws {
    let description = c.description(direction)
    let convolution = try #require(PreparedConvolution(description))
    let results = withThreadCounts { Trial(c, description).run(convolution) }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// Each part is computed between its prologue and its epilogue, and the parts' elements are the
  /// whole of y, each once.
  @Test(arguments: ConvolutionCase.prepared, ConvolutionDirection.allCases)
  func hooksSeeEachPartOnce(_ c: ConvolutionCase, _ direction: ConvolutionDirection) throws {
    let trial = Trial(c, c.description(direction))
    let convolution = try #require(PreparedConvolution(trial.description))
    let calls = Mutex<[Int: [String]]>([:])
    let complete = Atomic(0)
    let y = trial.y.pointer(as: Float.self), x = trial.x.pointer(as: Float.self)
    _ = trial.run(convolution) { part in
      calls.withLock { $0[part.index, default: []].append("before") }
    } epilogue: { part in
      calls.withLock { $0[part.index, default: []].append("after") }
      let (from, places) = direction == .backwardInput ? (x, part.x) : (y, part.y)
      if places.allSatisfy({ from[$0].isFinite }) { complete.add(1, ordering: .relaxed) }
    }
    #expect(calls.withLock { $0 }.count == convolution.parts.count)
    #expect(calls.withLock { $0 }.values.allSatisfy { $0 == ["before", "after"] })
    #expect(complete.load(ordering: .relaxed) == convolution.parts.count)
    var covered = 0
    for part in convolution.parts {
      #expect(part.y.lowerBound == covered)
      covered = part.y.upperBound
    }
    #expect(covered == trial.y.count)
  }

  @Test func oneImageIsCutIntoRows() throws {
    let c = try #require(ConvolutionCase.prepared.first { $0.name == "rows" })
    let convolution = try #require(PreparedConvolution(c.description(.forward)))
    #expect(convolution.parts.count > 1)
    #expect(convolution.parts.allSatisfy { $0.images == 0..<1 })
  }

  /// The residual may be what the result is written over.
  @Test func addsInPlace() throws {
    let c = try #require(ConvolutionCase.prepared.first { $0.name == "rows of two images" })
    var description = c.description(.forward)
    description.hasResidual = true
    let trial = Trial(c, description)
    CPUBackend().copy(trial.residual, into: trial.y)
    let convolution = try #require(PreparedConvolution(description))
    let scratch = Storage(byteCount: convolution.scratchByteCount)
    withExtendedLifetime((trial, scratch)) {
      convolution.run(
        ConvolutionOperands(
          x: trial.x.rawPointer, weight: trial.weight.rawPointer, y: trial.y.rawPointer,
          residual: .init(trial.y.rawPointer)), scratch: scratch.pointer)
    }
    #expect(
      largestDifference(trial.y.elements, trial.expected)
        <= tolerance(.float32, terms: c.terms(.forward)))
  }

  @Test func refusesNegativePaddingAndNothing() {
    var c = ConvolutionCase("negative", channels: (3, 4), input: [8, 8], kernel: [3, 3], low: -1)
    #expect(PreparedConvolution(c.description(.forward)) == nil)
    c = ConvolutionCase("empty", batch: 0, channels: (3, 4), input: [8, 8], kernel: [3, 3])
    #expect(PreparedConvolution(c.description(.forward)) == nil)
  }

}
