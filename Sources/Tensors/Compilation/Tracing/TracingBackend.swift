import Arrays

/// A backend for which every call is data: an instruction of the thread's trace, which runs later, or
/// an operation that the thread's watch runs and looks at.
struct TracingBackend: Backend {
  var name: String { "tracing" }

  private func add(
    _ operation: Operation, _ inputs: [NDArray], into outputs: [NDArray], changed: Bool = false
  ) {
    if let trace = Trace.current {
      trace.add(operation, inputs, into: outputs, changed: changed)
    } else if let watch = Watch.current {
      watch.run(operation, inputs, into: outputs, changed: changed)
    } else {
      stop("compile: an operation outside of its trace")
    }
  }

  func fill(_ output: NDArray, with value: Double) { add(.fill(value), [], into: [output]) }

  func copy(_ input: NDArray, into output: NDArray) { add(.copy, [input], into: [output]) }

  func unary(_ operation: UnaryOperation, _ input: NDArray, into output: NDArray) {
    add(.unary(operation), [input], into: [output])
  }

  func binary(_ operation: BinaryOperation, _ a: NDArray, _ b: NDArray, into output: NDArray) {
    add(.binary(operation), [a, b], into: [output])
  }

  func compare(
    _ operation: ComparisonOperation, _ a: NDArray, _ b: NDArray, into output: NDArray
  ) {
    add(.compare(operation), [a, b], into: [output])
  }

  func select(_ condition: NDArray, _ a: NDArray, _ b: NDArray, into output: NDArray) {
    add(.select, [condition, a, b], into: [output])
  }

  func reduce(
    _ operation: ReductionOperation, _ input: NDArray, axes: [Int], into output: NDArray
  ) {
    add(.reduce(operation, axes: axes), [input], into: [output])
  }

  func argumentReduce(
    _ operation: ArgumentReduction, _ input: NDArray, axis: Int, into output: NDArray
  ) {
    add(.argumentReduce(operation, axis: axis), [input], into: [output])
  }

  func scan(
    _ operation: ScanOperation, _ input: NDArray, axis: Int, isReversed: Bool, into output: NDArray
  ) {
    add(.scan(operation, axis: axis, isReversed: isReversed), [input], into: [output])
  }

  func matmul(_ a: NDArray, _ b: NDArray, bias: NDArray?, into output: NDArray) {
    add(.matmul(hasBias: bias != nil), [a, b] + optional(bias), into: [output])
  }

  func convolve(
    _ direction: ConvolutionDirection, _ a: NDArray, _ b: NDArray, bias: NDArray?,
    geometry: ConvolutionGeometry, into output: NDArray
  ) {
    add(
      .convolve(direction, geometry, hasBias: bias != nil), [a, b] + optional(bias),
      into: [output])
  }

  func pool(
    _ operation: PoolingOperation, _ input: NDArray, geometry: PoolingGeometry,
    indices: NDArray?, into output: NDArray
  ) {
    add(.pool(operation, geometry), [input], into: [output] + optional(indices))
  }

  func poolBackward(
    _ operation: PoolingOperation, _ outputCotangent: NDArray, indices: NDArray?,
    geometry: PoolingGeometry, into output: NDArray
  ) {
    add(
      .poolBackward(operation, geometry), [outputCotangent] + optional(indices), into: [output])
  }

  func rows(_ operation: RowOperation, _ input: NDArray, into output: NDArray) {
    add(.rows(operation), [input], into: [output])
  }

  func rowsBackward(
    _ operation: RowOperation, result: NDArray, cotangent: NDArray, into output: NDArray
  ) {
    add(.rowsBackward(operation), [result, cotangent], into: [output])
  }

  func moments(_ input: NDArray, axes: [Int], mean: NDArray, variance: NDArray) {
    add(.moments(axes: axes), [input], into: [mean, variance])
  }

  func normalize(
    _ input: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?, shift: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray
  ) {
    add(
      .normalize(epsilon: epsilon, axes: axes, hasScale: scale != nil, hasShift: shift != nil),
      [input, mean, variance] + optional(scale) + optional(shift), into: [output])
  }

  func normalizeBackward(
    _ input: NDArray, cotangent: NDArray, mean: NDArray, variance: NDArray, scale: NDArray?,
    epsilon: Double, axes: [Int], into output: NDArray?, scaleCotangent: NDArray?,
    shiftCotangent: NDArray?
  ) {
    var wants: NormalizeCotangents = []
    if output != nil { wants.insert(.input) }
    if scaleCotangent != nil { wants.insert(.scale) }
    if shiftCotangent != nil { wants.insert(.shift) }
    add(
      .normalizeBackward(epsilon: epsilon, axes: axes, hasScale: scale != nil, wants: wants),
      [input, cotangent, mean, variance] + optional(scale),
      into: optional(output) + optional(scaleCotangent) + optional(shiftCotangent))
  }

  func take(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray) {
    add(.take(axis: axis), [input, indices], into: [output])
  }

  func put(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) {
    add(.put(operation, axis: axis), [updates, indices], into: [output], changed: true)
  }

  func takeAlongAxis(_ input: NDArray, indices: NDArray, axis: Int, into output: NDArray) {
    add(.takeAlongAxis(axis: axis), [input, indices], into: [output])
  }

  func putAlongAxis(
    _ operation: ScatterOperation, _ updates: NDArray, indices: NDArray, axis: Int,
    into output: NDArray
  ) {
    add(.putAlongAxis(operation, axis: axis), [updates, indices], into: [output], changed: true)
  }

  func sort(
    _ input: NDArray, axis: Int, isDescending: Bool, values: NDArray?, indices: NDArray?
  ) {
    add(
      .sort(
        axis: axis, isDescending: isDescending, givesValues: values != nil,
        givesIndices: indices != nil),
      [input], into: optional(values) + optional(indices))
  }

  func random(
    _ distribution: RandomDistribution, key: UInt64, counter: UInt64, into output: NDArray
  ) {
    let state = NDArray(allocated: Layout(contiguous: [2]), .int64)
    withExtendedLifetime(state) {
      let words = state.pointer(as: Int64.self)
      words[0] = Int64(bitPattern: key)
      words[1] = Int64(bitPattern: counter)
    }
    add(.random(distribution), [state], into: [output])
  }

  func adam(
    _ update: AdamUpdate, numbers: NDArray?, parameter: NDArray, gradient: NDArray,
    firstMoment: NDArray, secondMoment: NDArray, largest: NDArray?
  ) {
    add(
      .adam(update, hasNumbers: numbers != nil, hasLargest: largest != nil),
      [gradient] + optional(numbers),
      into: [parameter, firstMoment, secondMoment] + optional(largest), changed: true)
  }

  func addScaled(_ update: NDArray, scale: Float, to parameter: NDArray) {
    add(.addScaled(scale), [update], into: [parameter], changed: true)
  }

  private func optional(_ array: NDArray?) -> [NDArray] { array.map { [$0] } ?? [] }
}
