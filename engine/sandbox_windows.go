package main

func forbidFiles() {}
