import Myelin
import Testing

/// How a case runs: as it is written, or traced, planned and replayed.
///
/// Suites take both as a second argument of their tests, so that what holds eagerly is checked
/// compiled too:
///
/// ```swift
/// @Test(arguments: file.cases, ExecutionMode.allCases)
/// func agreesWithTheOracle(_ golden: GoldenCase, _ mode: ExecutionMode) throws {
///   let output = try mode.run(input) { layer($0) }
/// ```
public enum ExecutionMode: Sendable, CaseIterable {
  case eager
  case compiled

  /// What `function` gives for `input`; compiled, it is called twice, and the second call must run
  /// the plan of the first.
  public func run<Input: TensorTree, Output: TensorTree>(
    _ input: Input, _ function: @escaping @Sendable (Input) throws -> Output,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Output {
    // Nothing is compiled on the reference backend.
    guard self == .compiled, !ThreadState.usesReference else { return try function(input) }
    // What a case has wrong is found before it is traced, where nothing may throw.
    _ = try function(input)
    let compiled = compile { (input: Input) -> Output in
      ExecutionMode.settled { try function(input) }
    }
    let first = compiled(input)
    #expect(compiled.cachedPlans == 1, sourceLocation: sourceLocation)
    let second = compiled(input)
    #expect(compiled.cachedPlans == 1, sourceLocation: sourceLocation)
    expectSameBits(first, second, sourceLocation)
    return second
  }

  /// The value of `function` at `input`, and its pullback of a cotangent.
  public func differentiate<Input: TensorTree>(
    _ input: Input, cotangent: Tensor, _ function: @escaping @Sendable (Input) throws -> Tensor,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Derivative<Input> {
    try run(
      Derivative(value: cotangent, gradient: input),
      { arguments in
        let (value, pullback) = try valueWithPullback(of: arguments.gradient) { try function($0) }
        return Derivative(value: value, gradient: pullback(arguments.value))
      }, sourceLocation: sourceLocation)
  }

  private static func settled<Output>(_ body: () throws -> Output) -> Output {
    do { return try body() } catch { fatalError("\(error)") }
  }
}

/// A value and the cotangent of what it was computed from; or, before, a cotangent of the value and
/// the input.
public struct Derivative<Input: TensorTree>: TensorTree {
  public var value: Tensor
  public var gradient: Input

  public init(value: Tensor, gradient: Input) {
    self.value = value
    self.gradient = gradient
  }
}

/// Expects two trees to hold the same numbers, bit by bit but for the kinds of NaN.
public func expectSameBits<Tree: TensorTree>(
  _ first: Tree, _ second: Tree, _ sourceLocation: SourceLocation = #_sourceLocation
) {
  for (a, b) in zip(first.namedTensors, second.namedTensors) {
    #expect(a.tensor.shape == b.tensor.shape, "\(a.path)", sourceLocation: sourceLocation)
    #expect(a.tensor.dataType == b.tensor.dataType, "\(a.path)", sourceLocation: sourceLocation)
    func bits(_ x: Tensor) -> [UInt64] {
      x.scalars(as: Double.self).map { $0.isNaN ? .max : $0.bitPattern }
    }
    #expect(bits(a.tensor) == bits(b.tensor), "\(a.path)", sourceLocation: sourceLocation)
  }
}
