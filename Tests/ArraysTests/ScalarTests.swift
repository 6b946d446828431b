import Arrays
import Testing

@Suite struct ScalarTests {
  @Test(
    arguments: [
      (0, 0), (1.9, 1), (-1.9, -1), (127.5, 127), (128, 127), (-128.9, -128), (-129, -128),
      (1e300, 127), (-.infinity, -128), (.infinity, 127), (.nan, 0), (-0.9, 0),
    ] as [(Double, Int8)])
  func integersTruncateAndSaturate(_ double: Double, _ expected: Int8) {
    #expect(Int8(nearest: double) == expected)
  }

  @Test func everyIntegerTypeSaturates() {
    #expect(UInt8(nearest: -1) == 0)
    #expect(UInt8(nearest: 255.9) == 255)
    #expect(UInt8(nearest: 256) == 255)
    #expect(Int16(nearest: -1e9) == .min)
    #expect(Int32(nearest: 2_147_483_647) == .max)
    #expect(Int32(nearest: 2_147_483_648) == .max)
    #expect(Int64(nearest: 0x1p63) == .max)
    #expect(Int64(nearest: -0x1p63) == .min)
    #expect(Int64(nearest: 0x1p62) == 1 << 62)
    #expect(Int(nearest: -7.9) == -7)
  }

  @Test func truthIsNotZero() {
    #expect(Bool(nearest: 0.1))
    #expect(Bool(nearest: .nan))
    #expect(!Bool(nearest: -0.0))
    #expect(true.asDouble == 1)
    #expect(false.asDouble == 0)
  }

  @Test func typesNameThemselves() {
    let types: [any Scalar.Type] = [
      Float.self, Double.self, Float16.self, BFloat16.self, Int8.self, Int16.self, Int32.self,
      Int64.self, UInt8.self, Bool.self,
    ]
    #expect(types.map { $0.dataType } == DataType.allCases)
    #expect(Int.dataType == .int64)
    func size<Element: Scalar>(_ type: Element.Type) -> Int { MemoryLayout<Element>.size }
    for type in types { #expect(size(type) == type.dataType.byteCount) }
  }

  /// Ties go to the even neighbour; the largest finite numbers round to infinity.
  @Test(
    arguments: [
      (0, 0x0000), (-0.0, 0x8000), (1, 0x3F80), (-2, 0xC000), (0x1.01p0, 0x3F80),
      (0x1.03p0, 0x3F82),
      (0x1.010002p0, 0x3F81), (0x1.00fffep0, 0x3F80), (0x1.fep127, 0x7F7F),
      (0x1.fffffep127, 0x7F80), (.infinity, 0x7F80), (-.infinity, 0xFF80), (0x1p-133, 0x0001),
      (0x1p-134, 0x0000), (0x1.8p-134, 0x0001), (3.140625, 0x4049),
    ] as [(Float, UInt16)])
  func bfloat16RoundsToNearestEven(_ value: Float, _ bits: UInt16) {
    #expect(BFloat16(value).bitPattern == bits)
  }

  @Test func bfloat16KeepsNaN() {
    for bits in [0x7F80_0001, 0x7FC0_0000, 0xFFFF_FFFF, 0x7FBF_FFFF] as [UInt32] {
      #expect(BFloat16(Float(bitPattern: bits)).float.isNaN)
    }
  }

  @Test func bfloat16IsExactAsFloat() {
    for bits in UInt16.min...UInt16.max {
      let number = BFloat16(bitPattern: bits)
      if !number.float.isNaN { #expect(BFloat16(number.float).bitPattern == bits) }
    }
  }
}
