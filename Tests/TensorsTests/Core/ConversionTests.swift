import Arrays
import Tensors
import Testing

/// Every element type to every other, and out to Swift.
@Suite struct ConversionTests {
  /// Small whole numbers are in every type's range but bool's.
  @Test(arguments: DataType.allCases, DataType.allCases)
  func keepsWhatBothTypesHold(_ source: DataType, _ target: DataType) {
    let numbers = [0.0, 1, 2, 100, 3]
    onBothBackends { backend in
      let converted = Tensor(numbers).to(source).to(target)
      #expect(converted.dataType == target)
      let isTruth = source == .bool || target == .bool
      expectTensor(
        converted, [5], isTruth ? numbers.map { $0 == 0 ? 0 : 1 } : numbers, .exact,
        "\(source) to \(target) on \(backend)")
    }
  }

  @Test(arguments: DataType.allCases)
  func sameTypeIsTheSameMemory(_ dataType: DataType) {
    let x = Tensor.ones([3], dataType)
    #expect(x.to(dataType).array.rawPointer == x.array.rawPointer)
  }

  @Test func comesOutAsSwiftNumbers() {
    let x = Tensor([[1.7, -2.2], [300, 0]] as [[Float]]).transposed()
    #expect(x.scalars() == [1.7, 300, -2.2, 0] as [Float])
    #expect(x.scalars() == [1, 300, -2, 0] as [Int])
    #expect(x.scalars() == [1, 127, -2, 0] as [Int8])
    #expect(x.scalars() == [1, 255, 0, 0] as [UInt8])
    #expect(x.scalars() == [true, true, true, false])
    #expect(x.scalars(as: Float16.self) == [1.7, 300, -2.2, 0])
    #expect(x[0, 1].item() == 300)
    #expect(Float(x[0, 1]) == 300)
    #expect(Double(x[1, 1]) == 0)
  }

  @Test func largeIntegersStayExact() {
    let numbers = [Int.max, Int.min, 1 << 53 + 1]
    #expect(Tensor(numbers).scalars() == numbers)
    #expect((Tensor(numbers) * Tensor([1, 1, 1])).flipped(0).scalars() == numbers.reversed())
  }

  @Test func isWrittenStraightIntoMemory() {
    let x = Tensor(shape: [2, 2]) { (buffer: UnsafeMutableBufferPointer<Int16>) in
      for index in buffer.indices { buffer[index] = Int16(index * index) }
    }
    #expect(x.scalars() == [0, 1, 4, 9] as [Int16])
  }

  /// A tensor is a value: changing a copy leaves the original alone.
  @Test func copiesAreIndependent() {
    let x: Tensor = [1, 2, 3]
    var y = x
    y[0] = Tensor(Float(9))
    y += 1
    #expect(x.scalars() == [1, 2, 3] as [Float])
    #expect(y.scalars() == [10, 3, 4] as [Float])
  }
}
