package main

import "hash/crc32"

// matrix is a linear map over bits: what a number of zero bytes does to a CRC.
type matrix [32]uint32

func (m *matrix) times(vector uint32) uint32 {
	var sum uint32
	for i := 0; vector != 0; i, vector = i+1, vector>>1 {
		if vector&1 != 0 {
			sum ^= m[i]
		}
	}
	return sum
}

func (m *matrix) square() *matrix {
	var squared matrix
	for i := range m {
		squared[i] = m.times(m[i])
	}
	return &squared
}

// combineCRC gives the checksum of two texts in a row from theirs, as zlib's crc32_combine.
func combineCRC(first, second uint32, secondSize int) uint32 {
	// One zero bit shifts the register, and the polynomial comes in where a one falls out.
	zeros := &matrix{crc32.IEEE}
	for i := 1; i < 32; i++ {
		zeros[i] = 1 << (i - 1)
	}
	// Eight bits make a byte; from there on each bit of the size doubles.
	zeros = zeros.square().square().square()
	for ; secondSize > 0; secondSize >>= 1 {
		if secondSize&1 != 0 {
			first = zeros.times(first)
		}
		zeros = zeros.square()
	}
	return first ^ second
}
