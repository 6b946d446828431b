import Arrays
import Tensors
import TestSupport
import Testing

/// Every primitive's pullback, against finite differences and across element types.
@Suite struct ExemplarDerivativeTests {
  static let differentiable = Exemplar.all.filter(\.isDifferentiable)

  @Test(arguments: differentiable, ExecutionMode.allCases)
  func agreesWithFiniteDifferences(_ exemplar: Exemplar, _ mode: ExecutionMode) throws {
    try onBothBackends { backend in
      let check = DerivativeCheck(exemplar, .float64)
      let gradient = try mode.run(check.variables) { check.gradient(at: $0) }
      for place in gradient.indices {
        let expected = differences(of: check.variables, at: place) { check.value(at: $0) }
        expectTensor(
          gradient[place], check.variables[place].shape, expected,
          Tolerance(absolute: 1e-7, relative: 1e-6),
          "\(exemplar.name) by operand \(place) on \(backend)")
      }
    }
  }

  @Test(arguments: differentiable, ExecutionMode.allCases)
  func secondOrderAgreesWithFiniteDifferences(_ exemplar: Exemplar, _ mode: ExecutionMode) throws {
    try onBothBackends { backend in
      let check = DerivativeCheck(exemplar, .float64)
      let second = try mode.run(check.variables) { check.secondGradient(at: $0) }
      for place in second.indices {
        let expected = differences(of: check.variables, at: place) {
          check.directionalDerivative(at: $0).item()
        }
        expectTensor(
          second[place], check.variables[place].shape, expected,
          Tolerance(absolute: 1e-6, relative: 1e-5),
          "\(exemplar.name) twice by operand \(place) on \(backend)")
      }
    }
  }

  /// The fast backend's derivatives of smaller types against the oracle's in float64 at the same
  /// numbers, for contiguous and other layouts.
  @Test(arguments: differentiable, ExecutionMode.allCases)
  func agreesAcrossElementTypes(_ exemplar: Exemplar, _ mode: ExecutionMode) throws {
    for dataType in exemplar.dataTypes where dataType.isFloatingPoint {
      let check = DerivativeCheck(exemplar, dataType)
      let exact = check.converted(to: .float64)
      let (expected, second) = ThreadState.withReferenceBackend {
        (exact.gradient(at: exact.variables), exact.secondGradient(at: exact.variables))
      }
      let found = try mode.run(check.variables) { check.gradient(at: $0) }
      compare(found, expected, "\(exemplar.name) of \(dataType)")
      if dataType == .float32 || dataType == .float64 {
        let found = try mode.run(check.variables) { check.secondGradient(at: $0) }
        compare(found, second, "\(exemplar.name) of \(dataType), twice")
      }
      for variant in MemoryLayoutVariant.allCases {
        let laid = check.laid(variant)
        let found = try mode.run(laid.variables) { laid.gradient(at: $0) }
        compare(found, expected, "\(exemplar.name) of \(dataType), \(variant)")
      }
    }
  }

  private func compare(_ actual: [Tensor], _ expected: [Tensor], _ label: String) {
    for (place, (found, wanted)) in zip(actual, expected).enumerated() {
      expectTensor(
        found, wanted.shape, wanted.scalars(as: Double.self), .loose(found.dataType),
        "\(label) by operand \(place)")
    }
  }

  /// Central differences of `function` by every element of one variable.
  private func differences(
    of variables: [Tensor], at place: Int, _ function: ([Tensor]) -> Double
  ) -> [Double] {
    let step = 1e-5
    let numbers = variables[place].scalars(as: Double.self)
    return numbers.indices.map { index in
      func value(_ offset: Double) -> Double {
        var (moved, changed) = (variables, numbers)
        changed[index] += offset
        moved[place] = Tensor(changed, shape: variables[place].shape)
        return function(moved)
      }
      return (value(step) - value(-step)) / (2 * step)
    }
  }
}

/// An exemplar with made-up inputs, a cotangent of its value and a direction for each variable.
private struct DerivativeCheck {
  let exemplar: Exemplar
  var inputs: [Tensor]
  var cotangent: Tensor
  var directions: [Tensor]

  init(_ exemplar: Exemplar, _ dataType: DataType) {
    var numbers = MadeUp(for: exemplar.name)
    self.exemplar = exemplar
    inputs = numbers.inputs(of: exemplar, dataType)
    let value = exemplar.function(inputs)
    cotangent = numbers.tensor(value.shape, value.dataType)
    directions = []
    for place in exemplar.differentiable {
      directions.append(numbers.tensor(inputs[place].shape, dataType))
    }
  }

  var variables: [Tensor] { exemplar.differentiable.map { inputs[$0] } }

  private func call(_ variables: [Tensor]) -> Tensor {
    var operands = inputs
    for (variable, place) in zip(variables, exemplar.differentiable) { operands[place] = variable }
    return exemplar.function(operands)
  }

  /// Σ cotangent · value.
  func value(at variables: [Tensor]) -> Double {
    (call(variables) * cotangent.to(.float64)).sum().item()
  }

  func gradient(at variables: [Tensor]) -> [Tensor] {
    let (value, pullback) = valueWithPullback(of: variables) { call($0) }
    return pullback(cotangent.to(value.dataType))
  }

  /// Σ direction · gradient.
  func directionalDerivative(at variables: [Tensor]) -> Tensor {
    let gradient = Tensors.gradient(of: variables) { variables -> Tensor in
      let value = call(variables)
      return (value * cotangent.to(value.dataType)).sum()
    }
    return zip(gradient, directions).map { ($0 * $1).sum() }.reduce(
      Tensor.zeros([], inputs[exemplar.differentiable[0]].dataType), +)
  }

  func secondGradient(at variables: [Tensor]) -> [Tensor] {
    Tensors.gradient(of: variables) { directionalDerivative(at: $0) }
  }

  func converted(to dataType: DataType) -> DerivativeCheck {
    var copy = self
    for place in exemplar.differentiable { copy.inputs[place] = inputs[place].to(dataType) }
    copy.directions = directions.map { $0.to(dataType) }
    copy.cotangent = cotangent.to(dataType)
    return copy
  }

  func laid(_ variant: MemoryLayoutVariant) -> DerivativeCheck {
    var copy = self
    copy.inputs = inputs.map(variant.laying)
    copy.cotangent = variant.laying(cotangent)
    return copy
  }
}
