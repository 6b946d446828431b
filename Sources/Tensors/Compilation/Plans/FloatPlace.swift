import Arrays

/// Where float32 numbers lie, in the memory of a value that is found at every run.
struct FloatPlace: Sendable {
  private let value: Int
  /// Counted in numbers.
  private let offset: Int

  /// The first number of a view of a value.
  init(_ value: Int, _ layout: Layout) {
    self.value = value
    offset = layout.offset
  }

  init(_ operand: Graph.Operand) { self.init(operand.value, operand.layout) }

  init(_ output: Graph.Output) { self.init(output.value, output.layout) }

  /// The address in a run whose values lie at `bases`.
  func pointer(
    _ bases: UnsafePointer<UnsafeMutableRawPointer>
  ) -> UnsafeMutablePointer<Float> {
    bases[value].assumingMemoryBound(to: Float.self) + offset
  }
}
