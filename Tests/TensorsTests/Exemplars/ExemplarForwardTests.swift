import Arrays
import Tensors
import TestSupport
import Testing

/// Every primitive's forward rule, on its exemplars and every element type that it accepts.
@Suite struct ExemplarForwardTests {
  @Test(arguments: Exemplar.all, ExecutionMode.allCases)
  func agreesWithTheReference(_ exemplar: Exemplar, _ mode: ExecutionMode) throws {
    for dataType in exemplar.dataTypes {
      var numbers = MadeUp(for: exemplar.name)
      let inputs = numbers.inputs(of: exemplar, dataType)
      let expected = ThreadState.withReferenceBackend { exemplar.function(inputs) }
      expectTensor(
        try mode.run(inputs) { exemplar.function($0) }, like: expected, .rounding(dataType),
        "\(exemplar.name) of \(dataType)")
    }
  }

  /// Element-wise primitives on rows longer than any vector register, with a remainder.
  @Test(
    arguments: UnaryPrimitive.exemplars + BinaryPrimitive.exemplars + ComparePrimitive.exemplars
      + SelectPrimitive.exemplars + ConvertPrimitive.exemplars, ExecutionMode.allCases)
  func agreesWithTheReferenceOnLongRows(_ exemplar: Exemplar, _ mode: ExecutionMode) throws {
    for dataType in exemplar.dataTypes {
      var numbers = MadeUp(for: exemplar.name)
      let inputs = exemplar.inputs.map {
        numbers.tensor([3, 1037], $0.dataType ?? dataType, in: $0.range)
      }
      for laid in [inputs, inputs.map { MemoryLayoutVariant.interleaved.laying($0) }] {
        let expected = ThreadState.withReferenceBackend { exemplar.function(laid) }
        expectTensor(
          try mode.run(laid) { exemplar.function($0) }, like: expected, .rounding(dataType),
          "\(exemplar.name) of \(dataType)")
      }
    }
  }

  /// Strided, offset, reversed and interleaved operands give what contiguous ones give.
  @Test(arguments: Exemplar.all, ExecutionMode.allCases)
  func doesNotDependOnTheLayout(_ exemplar: Exemplar, _ mode: ExecutionMode) throws {
    for dataType in exemplar.dataTypes {
      var numbers = MadeUp(for: exemplar.name)
      let inputs = numbers.inputs(of: exemplar, dataType)
      try onBothBackends { backend in
        let expected = exemplar.function(inputs)
        for variant in MemoryLayoutVariant.allCases {
          let laid = inputs.map(variant.laying)
          let label = "\(exemplar.name) of \(dataType), \(variant), \(backend)"
          // Laid inside, since a compiled function's arguments are row-major.
          let found = try mode.run(inputs) { exemplar.function($0.map(variant.laying)) }
          expectTensor(found, like: expected, .rounding(dataType), label)
          if mode == .compiled { continue }
          for place in inputs.indices where inputs.count > 1 {
            var mixed = inputs
            mixed[place] = laid[place]
            expectTensor(
              exemplar.function(mixed), like: expected, .rounding(dataType), "\(label) \(place)")
          }
        }
      }
    }
  }

  /// An operand with an axis of stride 0 gives what its copy gives.
  @Test(arguments: Exemplar.all)
  func acceptsExpandedOperands(_ exemplar: Exemplar) {
    for dataType in exemplar.dataTypes {
      var numbers = MadeUp(for: exemplar.name)
      let inputs = numbers.inputs(of: exemplar, dataType)
      onBothBackends { backend in
        for place in inputs.indices {
          for axis in inputs[place].shape.indices where inputs[place].shape[axis] > 1 {
            var views = inputs
            views[place] = inputs[place].prefix(1, along: axis).expanded(to: inputs[place].shape)
            expectTensor(
              exemplar.function(views), like: exemplar.function(views.map { $0.contiguous() }),
              .rounding(dataType),
              "\(exemplar.name) of \(dataType), operand \(place) along \(axis), \(backend)")
          }
        }
      }
    }
  }
}

extension Exemplar: CustomTestStringConvertible {
  package var testDescription: String { name }
}
